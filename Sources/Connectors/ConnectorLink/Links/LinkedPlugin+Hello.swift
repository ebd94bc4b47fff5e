import ConnectorMessages
import MainstayCore

extension LinkedPlugin {
    /// Looks at the first frame of a process: whether it took the plugin, whether that is the one
    /// that was installed, and whether it is shut in as it must be.
    ///
    /// - Throws: ``LinkFault`` with ``LinkFault/Code/refused`` or ``LinkFault/Code/descriptor``.
    func check(_ hello: Frame) throws(LinkFault) {
        let name = "Connector '\(descriptor.id)'"
        if hello.status != 0 {
            let problem =
                (try? ConnectorProblem(json: hello.payload, of: "The refusal"))
                ?? ConnectorProblem(.unknown, "it gives no reason")
            var fault = LinkFault(.refused, "\(name) is not loaded: \(problem.message)")
            fault.problem = problem
            fault.refusal = (try? JSONValue(json: hello.payload))?["code"]?.text
            throw fault
        }
        try check(descriptor: hello.payload)
        let isFull = hello.name.hasPrefix("seccomp landlock:") && !hello.name.hasSuffix(":none")
        guard isFull || sandbox != .full else {
            throw LinkFault(.refused, "\(name) runs with sandbox '\(hello.name)'")
        }
    }

    private func check(descriptor bytes: [UInt8]) throws(LinkFault) {
        let said: ConnectorDescriptor
        do {
            said = try ConnectorDescriptor(json: bytes, of: "The descriptor")
        } catch {
            throw LinkFault(.descriptor, "Connector '\(descriptor.id)': \(error.message)")
        }
        let (saidServices, services) = (said.services, descriptor.services)
        let pairs = [
            ("id", said.id, descriptor.id), ("version", said.version, descriptor.version),
            ("displayName", said.displayName, descriptor.displayName),
            ("services", saidServices.joined(separator: " "), services.joined(separator: " ")),
        ]
        for (name, said, wanted) in pairs where said != wanted {
            throw LinkFault(
                .descriptor,
                "The plugin says '\(said)' as its \(name), its manifest says '\(wanted)'"
            )
        }
    }
}
