// Comments that fly over a picture.
export {}
