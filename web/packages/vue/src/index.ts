// Vue composables for a Parley server.
export {}
