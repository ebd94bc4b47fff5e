/// Keeps the most recently used values whose costs together stay below a limit.
///
/// Not safe to use from two threads at once.
package struct CostLimitedCache<Key: Hashable, Value> {
    private struct Node {
        var key: Key
        var value: Value
        var cost: Int
        var newer: Int
        var older: Int
    }

    /// The largest sum of costs.
    package let limit: Int
    /// The sum of the costs of all values held.
    package private(set) var cost = 0
    private var nodes: [Node] = []
    private var places: [Key: Int] = [:]
    private var newest = -1
    private var oldest = -1

    /// Creates an empty cache that holds values of at most `limit` in all.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Returns the value for `key` and makes it the most recently used.
    package mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        if place != newest {
            unlink(place)
            linkAsNewest(place)
        }
        return nodes[place].value
    }

    /// Keeps `value`, dropping those not used for longest; a value above half the limit is not
    /// kept, so that one large file does not empty the cache.
    package mutating func insert(_ value: Value, for key: Key, cost valueCost: Int) {
        guard valueCost <= limit / 2, places[key] == nil else { return }
        while cost + valueCost > limit, oldest >= 0 { dropOldest() }
        places[key] = nodes.count
        nodes.append(Node(key: key, value: value, cost: valueCost, newer: -1, older: -1))
        linkAsNewest(nodes.count - 1)
        cost += valueCost
    }

    private mutating func dropOldest() {
        let place = oldest
        unlink(place)
        cost -= nodes[place].cost
        places[nodes[place].key] = nil
        let last = nodes.count - 1
        if place != last { move(last, to: place) }
        nodes.removeLast()
    }

    private mutating func move(_ source: Int, to target: Int) {
        let node = nodes[source]
        nodes[target] = node
        places[node.key] = target
        if node.newer >= 0 { nodes[node.newer].older = target } else { newest = target }
        if node.older >= 0 { nodes[node.older].newer = target } else { oldest = target }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (nodes[place].newer, nodes[place].older)
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
    }

    private mutating func linkAsNewest(_ place: Int) {
        nodes[place].older = newest
        nodes[place].newer = -1
        if newest >= 0 { nodes[newest].newer = place } else { oldest = place }
        newest = place
    }
}
