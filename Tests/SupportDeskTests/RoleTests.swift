import MainstayCore
import SupportDesk
import Testing

@Suite("Role")
struct RoleTests {
    @Test("a role holds everywhere, for a product or for a customer")
    func scopes() throws {
        let grants = try [
            RoleGrant(.reader, scope: .everywhere), RoleGrant(.agent, scope: .product(7)),
            RoleGrant(.customer, scope: .customer(3)), RoleGrant(.security, scope: .advisory(7)),
        ]
        #expect(grants.roles(product: 7, customer: 3) == [.reader, .agent, .customer])
        #expect(grants.roles(product: 8, customer: nil) == [.reader])
        #expect(grants.roles(product: 3, customer: 7) == [.reader])
        #expect(grants.holds([.agent, .admin], product: 7, customer: nil))
        #expect(!grants.holds([.security], product: 7, customer: 7))
        #expect(!grants.holds([], product: 7, customer: 3))
    }

    @Test("scopes are read as they are written, and nothing else is a scope")
    func texts() throws {
        for text in ["*", "product:7", "customer:-3", "advisory:9"] {
            #expect(try RoleScope(text).text == text)
        }
        for text in ["", "**", "*:1", "product", "product:", "product:x", "product:1:2", "team:1"] {
            let error = #expect(throws: DeskError.self) { try RoleScope(text) }
            #expect(
                error?.message
                    == "Scope '\(text)' is not '*', 'product:ID', 'customer:ID' or 'advisory:ID'"
            )
        }
    }

    @Test("the role of a customer holds for one customer alone")
    func customerScope() throws {
        for scope in [RoleScope.everywhere, .product(3), .advisory(3)] {
            #expect(refusal { _ = try RoleGrant(.customer, scope: scope) } == .row)
        }
        #expect(refusal { _ = try RoleGrant(.customer, scope: .customer(3)) } == nil)
    }

    @Test("a security ticket is seen by security, its assignee and its followers alone")
    func embargo() throws {
        let secret = try DeskFixture.ticket(.security, ["assignee_id": 21])
        let others = Set(Role.allCases).subtracting([.security])
        #expect(!secret.isVisible(to: 20, roles: others, followers: [30]))
        #expect(secret.isVisible(to: 20, roles: [.security], followers: []))
        #expect(secret.isVisible(to: 21, roles: [.agent], followers: []))
        #expect(secret.isVisible(to: 30, roles: [.customer], followers: [30]))
        let plain = try DeskFixture.ticket()
        #expect(plain.isVisible(to: 20, roles: [.reader], followers: []))
        #expect(!plain.isVisible(to: 20, roles: [], followers: [20]))
    }
}
