import MainstayTesting
import Testing

@Suite("Where the desk's data are")
struct DeskFolderTests {
    @Test("a place that holds no database is refused as the user's to mend")
    func places() async throws {
        try await DeskPlace.with(.sqlite) { place in
            let run = try place.tell(
                """
                mkdir -p folder/mainstay.db
                touch file
                m ticket list --data folder
                m init --data folder
                m init --data file
                m init --data ""
                MAINSTAY_DATABASE=postgres://desk:s3cret@127.0.0.1:1/x m init --data far
                ls
                """
            )
            #expect(!run.output.contains("Internal error"), "\(run.output)")
            #expect(run.output.contains("mainstay.db' is a folder, not a database"))
            #expect(run.output.contains("file' is a file, not the folder of a database"))
            #expect(run.output.contains("is empty\nstatus 64"))
            #expect(
                run.output.contains(
                    "no connection to database 'x' on '127.0.0.1': Connection refused"
                )
            )
            #expect(!run.output.contains("s3cret"))
            #expect(run.output.hasSuffix("far\nfile\nfolder\n"))
        }
    }
}
