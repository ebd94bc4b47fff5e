import MainstayCore
import MainstayService
import SupportDesk

/// The fifteen requests of the demonstration's desk, in words and as JSON.
struct DemoDeskReport {
    private let requests: [DemoRequest]
    private let folder: String

    /// Prepares the words about the requests of the desk in a folder.
    init(_ requests: [DemoRequest], in folder: String) {
        self.requests = requests
        self.folder = folder
    }

    /// The requests with stable keys.
    var json: [JSONValue] {
        requests.map { request in
            [
                "level": .int(request.level.rawValue), "title": .text(request.title),
                "means": .text(request.means), "ref": .text(request.ref),
                "defect": .text(request.defect), "isSolved": .bool(request.isSolved),
            ]
        }
    }

    /// Writes a table of them, and what to try next.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        let solved = requests.count { $0.isSolved }
        buffer.line(
            "The desk of quayd has \(requests.count) requests; \(solved) are solved at their level:"
        )
        var table = GridTable(["LEVEL", "REQUEST", "WHERE", "SOLVED BY"])
        for request in requests {
            let places = [request.ref, request.defect].compactMap(\.self)
            table.add([
                "\(request.level.rawValue)", request.title, places.joined(separator: ", "),
                request.means,
            ])
        }
        table.write(to: &buffer, on: screen)
        buffer.endLine()
        buffer.add("Try next", .bold, on: screen)
        buffer.endLine()
        let tickets = requests.filter { $0.level > .selfService }.map(\.ref)
        let commands =
            ["cd \(shellWord(folder))", "mainstay ticket list"]
            + tickets.suffix(1).map { "mainstay clock explain \($0)" }
            + requests.compactMap(\.defect).prefix(1).map { "mainstay defect show \($0)" }
            + ["mainstay kb search databases --product \(DemoDesk.product)", "mainstay db verify"]
        for command in commands { buffer.line("  " + command) }
    }
}
