// The HTTP API for back ends, as a demo lends its key to the page (docs/http-api.md). Promise: resolves
// when the server has done it, rejects with its words when it has not.
export async function callServer(key: string, method: string, params: object): Promise<void> {
  const reply = await fetch(`/api/${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': key },
    body: JSON.stringify(params),
  })
  const { error } = (await reply.json()) as { error?: { message: string } }
  if (error) throw new Error(error.message)
}
