import MainstayCore
import MainstayService
import SupportDesk

extension ReportView {
    /// The report with stable keys; a customer's has those of clocks and hours alone.
    var json: JSONValue {
        var json: [String: JSONValue] = [
            "from": .text(span.from.description), "to": .text(span.to.description),
            "readAt": .time(span.last), "product": .text(product), "customer": .text(customer),
            "clocks": .list(report.promises.map(\.json)), "hours": .list(hours.map(\.json)),
        ]
        guard !isForCustomer else { return .object(json) }
        json["aim"] = [
            "from": .int(Int64(DeskReport.aim.lowerBound)),
            "to": .int(Int64(DeskReport.aim.upperBound)),
        ]
        json["firstContactPercent"] = .number(report.share(upTo: .firstContact))
        json["solved"] = .int(Int64(solvedCount))
        json["open"] = .int(Int64(openCount))
        json["levels"] = .list(report.levels.map { $0.json(ofAll: solvedCount) })
        json["rated"] = .int(Int64(report.levels.reduce(0) { $0 + $1.rated }))
        json["meanRating"] = .tenths(report.meanRating)
        json["pingPong"] = .list(
            report.pingPong.map { ["ticket": .text($0.ref), "returns": .int(Int64($0.returns))] }
        )
        json["beyondEntitlement"] = .texts(report.beyond)
        json["urgencyDisputed"] = .list(
            report.disputed.map { disputed in
                [
                    "ticket": .text(disputed.ref), "ours": .int(disputed.dispute.ours.rawValue),
                    "customers": .int(disputed.dispute.customers.rawValue),
                ]
            }
        )
        json["lateSteps"] = .list(lateSteps.map(\.json))
        json["articles"] = .list(articles.map(\.json))
        return .object(json)
    }
}

extension JSONValue {
    fileprivate static func number(_ number: Int?) -> JSONValue {
        number.map { .int(Int64($0)) } ?? .null
    }

    fileprivate static func tenths(_ tenths: Int64?) -> JSONValue {
        tenths.map { .fraction(Double($0) / 10) } ?? .null
    }
}

extension DeskReport.Tally {
    /// The tally with stable keys.
    fileprivate var json: JSONValue {
        ["met": .int(Int64(met)), "missed": .int(Int64(missed)), "percent": .number(share)]
    }
}

extension DeskReport.Level {
    /// The level with stable keys; `all` requests were solved by any.
    fileprivate func json(ofAll all: Int) -> JSONValue {
        [
            "level": .int(level.rawValue), "solved": .int(Int64(solved)),
            "percent": .number(DeskReport.percent(solved, of: all)), "open": .int(Int64(open)),
            "oldest": oldest.map { oldest in
                ["ticket": .text(oldest.ref), "openedAt": .time(oldest.openedAt)]
            } ?? .null,
            "medianSeconds": medianTime.map { .int($0 / 1000) } ?? .null,
            "rated": .int(Int64(rated)), "meanRating": .tenths(meanRating),
            "accept": accept.json, "return": handback.json,
        ]
    }
}

extension DeskReport.Promise {
    /// The promise with stable keys.
    fileprivate var json: JSONValue {
        [
            "contract": .text(contract), "priority": .text(priority.description),
            "clock": .text(clock.rawValue), "met": .int(Int64(tally.met)),
            "missed": .int(Int64(tally.missed)), "percent": .number(tally.share),
            "missedByChange": .texts(byChange),
        ]
    }
}

extension ReportView.Hours {
    /// The hours with stable keys.
    fileprivate var json: JSONValue {
        [
            "contract": .text(contract), "customer": .text(customer),
            "leftMinutes": .int(leftMinutes), "overdrawnMinutes": .int(overdrawnMinutes),
        ]
    }
}

extension ReportView.LateStep {
    /// The step with stable keys.
    fileprivate var json: JSONValue {
        [
            "of": .text(ref), "position": .int(position), "what": .text(what),
            "owner": .text(owner), "due": .text(dueDay.description),
        ]
    }
}

extension ReportView.ArticleSuccess {
    /// The article with stable keys.
    fileprivate var json: JSONValue {
        [
            "article": .text(slug), "title": .text(title), "alone": .int(Int64(alone)),
            "tickets": .texts(tickets),
        ]
    }
}
