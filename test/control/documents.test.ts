import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { connectControl } from '../../src/control/client.ts'
import { createControlServer } from '../../src/control/server.ts'
import { silentLog } from '../../src/lib/log.ts'
import { MemoryMesh } from './memory-mesh.ts'

/** In a file of its own: no other test here may have loaded documents. */
it('a document that another node wrote is read where nothing has loaded documents before', async () => {
  const data = await mkdtemp(join(tmpdir(), 'covey-test-'))
  const mesh = new MemoryMesh()
  const namespace = mesh.state('n', { policy: 'latest' })
  // Another node's program: what it loads is loaded for it alone.
  vi.resetModules()
  const { openDocument } = await import('../../src/state/documents/document.ts')
  const document = await openDocument(namespace, 'text')
  await document.edit((text) => text.insert(0, 'hello'))
  expect(() => namespace.get('text')).toThrow('documents are read before they are loaded')

  const server = createControlServer({ mesh, data, log: silentLog, down: () => {} })
  await server.start()
  const client = await connectControl(data)
  const entry = await client.call('stateGet', { namespace: 'n', key: 'text' })
  expect(entry).toMatchObject({ type: 'document', value: { content: 'hello' } })
  client.close()
  await server.stop()
  await rm(data, { recursive: true })
})
