/** Somebody who can answer requests in one process and send them from another. */
export interface Contender {
  /** Starts to answer every request with its own body; returns what a client needs to get there. */
  serve(): Promise<string>
  connect(where: string): Promise<Client>
}

export interface Client {
  /** Resolves with the answer; `length` is that of its body. */
  request(body: Uint8Array): Promise<{ readonly length: number }>
}
