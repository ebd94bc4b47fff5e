import BackportAnalysis
import MainstayCore
import Testing

@Suite("CommitIndex")
struct CommitIndexTests {
    @Test("rows are found by id and by prefix")
    func rowsAreFound() throws {
        var history = HistoryFixture()
        for row in 0..<2000 { history.commit("Commit \(row)", parents: row == 0 ? [] : [row - 1]) }
        let index = try history.index()
        #expect(index.count == 2000)
        for row in 0..<2000 {
            let id = HistoryFixture.id(row)
            #expect(index.id(row) == id)
            #expect(index.row(of: id) == row)
            let prefix = try #require(CommitPrefix(hex: id.hex.prefix(9)))
            #expect(index.uniqueRow(prefix) == row)
        }
        #expect(index.row(of: CommitID(high: 0, middle: 0, low: 0)) == nil)
        let short = try #require(CommitPrefix(hex: "0"))
        #expect(index.rows(startingWith: short).count == 2)
    }

    @Test("parents, times, subjects and authors come back as they were given")
    func columnsComeBack() throws {
        var history = HistoryFixture()
        history.commit("First", author: "a@x", authorTime: -5, commitTime: 1 << 40)
        history.commit("Second", parents: [0], author: "b@x")
        history.commit("Third", parents: [0], author: "a@x")
        history.commit("Merge \"Third\"", parents: [1, 2, 0])
        let index = try history.index(refs: ["refs/heads/main": 3])
        #expect(index.authorTime(0) == -5)
        #expect(index.commitTime(0) == 1 << 40)
        #expect(index.parents(of: 3) == [1, 2, 0])
        #expect(index.isMerge(3))
        #expect(!index.isMerge(2))
        #expect(index.subject(3) == "Merge \"Third\"")
        #expect(index.subjectKey(3) == index.subjectKey(2))
        #expect(index.authors[0] == index.authors[2])
        #expect(index.authors[0] != index.authors[1])
        #expect(index.refs == [IndexedRef(name: "refs/heads/main", row: 3)])
    }
}
