import MainstayCore
import Testing

@testable import SupportDesk

@Suite("Who is on call, and who is told")
struct OnCallTests {
    private func rota(_ weekday: Weekday, _ time: String, from text: String) throws -> Rota {
        try Rota(
            "kernel",
            from: try #require(Instant(text)),
            for: (.specialists, nil, nil),
            zone: "Europe/Berlin",
            handover: (weekday, time),
            members: [1, 2, 3]
        )
    }

    @Test("the wall clock alone, hour by hour over two years, says the same")
    func turns() throws {
        let zone = try TimeZones().rules("Europe/Berlin")
        for (weekday, time) in [(Weekday.mon, "09:00"), (.sun, "03:30"), (.thu, "00:00")] {
            let rota = try rota(weekday, time, from: "2026-01-07T12:00:00Z")
            // One hands over whenever the wall clock first passes the time on that day of the week.
            var turn = 0
            var last = CalendarDay(secondsSince1970: 0)
            for hour in 0..<(2 * 366 * 24 * 2) {
                let moment = rota.validFrom.advanced(by: Int64(hour) * 1_800_000)
                let seconds = moment.milliseconds / 1000
                let wall = seconds + zone.offset(at: seconds)
                let day = CalendarDay(secondsSince1970: wall)
                let minutes = Int(wall % 86_400) / 60
                let isDue = day.weekdayPlace == Weekday.allCases.firstIndex(of: weekday)
                if isDue, minutes >= rota.minutes, day != last {
                    // A turn that began before the rota does is its first.
                    if hour > 0 { turn += 1 }
                    last = day
                }
                let (account, isOverride) = rota.onCall(
                    at: moment,
                    zone,
                    overrides: [],
                    isMember: { _ in true }
                )
                guard account == Int64(turn % 3 + 1), !isOverride else {
                    Issue.record("\(weekday) \(time) at \(moment): \(account ?? 0), turn \(turn)")
                    return
                }
            }
        }
    }

    @Test("a hand-over that the clocks skip is an hour later, one that they repeat is the first")
    func clockChanges() throws {
        let zone = try TimeZones().rules("Europe/Berlin")
        for (day, moment) in [
            ("2026-03-23", "2026-03-29 01:30"), ("2026-10-19", "2026-10-25 00:30"),
        ] {
            let rota = try rota(.sun, "02:30", from: "\(day)T12:00:00Z")
            let shifts = rota.shifts(
                from: rota.validFrom,
                weeks: 2,
                zone,
                overrides: [],
                isMember: { _ in true }
            )
            #expect(shifts.first?.to.minute == moment)
        }
    }

    @Test("overrides hold half open, the last one made first; strangers are passed over")
    func overrides() throws {
        let zone = try TimeZones().rules("Europe/Berlin")
        let rota = try rota(.mon, "09:00", from: "2026-01-05T08:00:00Z")
        func override(
            _ id: Int64,
            _ account: Int64,
            _ from: String,
            _ to: String
        ) throws
            -> RotaOverride
        {
            try RotaOverride(
                id: id,
                rota: "kernel",
                account: account,
                from: try #require(Instant(from)),
                to: try #require(Instant(to)),
                createdAt: rota.validFrom
            )
        }
        let overrides = [
            try override(7, 3, "2026-01-06T00:00:00Z", "2026-01-08T00:00:00Z"),
            try override(8, 2, "2026-01-07T00:00:00Z", "2026-01-07T12:00:00Z"),
        ]
        let shifts = rota.shifts(
            from: rota.validFrom,
            weeks: 3,
            zone,
            overrides: overrides,
            isMember: { $0 != 2 }
        )
        #expect(
            shifts.map { "\($0.from.minute) \($0.accountID ?? 0) \($0.isOverride)" } == [
                "2026-01-05 08:00 1 false", "2026-01-06 00:00 3 true", "2026-01-07 00:00 2 true",
                "2026-01-07 12:00 3 true", "2026-01-08 00:00 1 false", "2026-01-12 08:00 3 false",
            ]
        )
        #expect(shifts.last?.to.minute == "2026-01-26 08:00")
        #expect(throws: DeskError.self) {
            try override(9, 1, "2026-01-08T00:00:00Z", "2026-01-08T00:00:00Z")
        }
    }

    @Test(
        "the assignee is told, else who is on call, else the members; customers of what is public"
    )
    func recipients() {
        var circle = NoticeCircle(reporterID: 10, isUnderEmbargo: false)
        circle.members = [1, 2]
        circle.followers = [3, 11]
        circle.customers = [10, 11]
        #expect(circle.recipients(of: .commented, by: 99) == [1, 2, 3, 10, 11])
        #expect(circle.recipients(of: .noted, by: 99) == [1, 2, 3])
        circle.onCall = [2]
        #expect(circle.recipients(of: .clockDue, by: 99) == [2, 3])
        circle.assigneeID = 5
        #expect(circle.recipients(of: .commented, by: 10) == [5, 3, 11])
        #expect(circle.recipients(of: .labelled, by: 99) == [])
        #expect(circle.recipients(of: .rated, by: 10) == [5, 3])
        circle.isUnderEmbargo = true
        #expect(circle.recipients(of: .commented, by: 99) == [])
        circle.cleared = [3]
        #expect(circle.recipients(of: .commented, by: 99) == [3])
    }

    @Test("nothing that somebody wrote can add a header to a mail")
    func mail() throws {
        let title = "Größe \u{1F600} =?utf-8?B?eA==?= " + String(repeating: "ß", count: 80)
        let ticket = try TicketChange(
            opening: DeskFixture.request(id: 7, title: title),
            in: ProductLevels(),
            by: DeskFixture.basis,
            signature: try DeskFixture.staff()
        )
        .ticket
        let text = NoticeText(.commented, facts: [:], text: "Bcc: x@y\n.\n", of: ticket, by: "ann")
        let mail = try MailMessage(
            text,
            from: "desk@example.org",
            to: "eve@example.org",
            key: "notice:7:1:mail:9",
            thread: "ticket.7",
            date: try #require(Instant("2026-11-22T14:06:05Z"))
        )
        let lines = String(decoding: mail.bytes, as: UTF8.self)
            .split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
        let head = lines.prefix { !$0.isEmpty }
        let names = head.filter { !$0.hasPrefix(" ") }.compactMap { $0.split(separator: ":").first }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted",
                "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
            ]
        )
        #expect(lines.allSatisfy { $0.utf8.count <= 90 && $0.utf8.allSatisfy { $0 < 0x80 } })
        #expect(head.contains("Date: Sun, 22 Nov 2026 14:06:05 +0000"))
        #expect(head.contains("Message-ID: <notice.7.1.mail.9@example.org>"))
        for bad in ["a@b\nBcc: c@d", "a b@c", "@b", "a@", "-f@x", "a@b@c", "\"a\"@b", "a@b>"] {
            #expect(throws: DeskError.self) { try MailMessage.checked(bad) }
        }
    }

    @Test(
        "base64 of RFC 4648",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")]
    )
    func base64(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
    }
}
