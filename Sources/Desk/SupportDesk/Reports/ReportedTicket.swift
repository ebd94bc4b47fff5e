package import MainstayCore

/// What a report knows of one ticket, as it stood at the report's last instant.
package struct ReportedTicket: Sendable {
    /// What people call it.
    package let ref: String
    /// When it was asked.
    package let openedAt: Instant
    /// Its way through the levels.
    package let course: TicketCourse
    /// How its clocks ended.
    package let verdicts: [ClockVerdict]
    /// How satisfied the customer was, 5 is best; `nil` if he did not say.
    package var rating: Int64?
    /// Whether it is beyond what its customer is entitled to.
    package var isBeyond = false
    /// How urgent it is to us and to the customer, where the two disagree.
    package var dispute: Dispute?

    /// Two views of one urgency.
    package struct Dispute: Sendable, Hashable {
        /// Ours.
        package let ours: Grade
        /// The customer's.
        package let customers: Grade

        /// Creates a dispute.
        package init(ours: Grade, customers: Grade) {
            self.ours = ours
            self.customers = customers
        }
    }

    /// Creates what is known of a ticket within its entitlement that nobody rated.
    package init(
        ref: String,
        openedAt: Instant,
        course: TicketCourse,
        verdicts: [ClockVerdict] = []
    ) {
        self.ref = ref
        self.openedAt = openedAt
        self.course = course
        self.verdicts = verdicts
    }
}
