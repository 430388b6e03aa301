/**
 * Finds the circles of a directed graph: its strongly connected components of more than one node, and nodes that point
 * to themselves (Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972).
 * @param graph node -> the nodes that it points to; nodes that are no key are ignored
 * @returns the members of each circle, in the order in which the search met them
 */
export function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []

  const visit = (node: string): void => {
    order.set(node, order.size)
    low.set(node, order.size - 1)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue
      if (!order.has(next)) {
        visit(next)
        lower(node, low.get(next))
      } else if (stack.includes(next)) lower(node, order.get(next))
    }
    if (low.get(node) !== order.get(node)) return
    const members = stack.splice(stack.indexOf(node))
    if (members.length > 1 || graph.get(node)?.includes(node)) circles.push(members)
  }
  const lower = (node: string, bound: number | undefined) => {
    if (bound !== undefined && bound < (low.get(node) ?? 0)) low.set(node, bound)
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles
}
