extension ConnectorTemplate {
    /// The manifest; `pack` adds what the connector says of itself, the machine and the checksum.
    static let manifest = #"""
        {
          "format": 1,
          "library": "lib{name}.so",
          "abi": "1.0",
          "extensions": ["mainstay.lookup/1"],
          "license": "Apache-2.0",
          "contact": "support@{name}.example",
          "operations": [
            "open_case", "add_comment", "fetch_updates", "map_status", "close_case", "read_case"
          ],
          "options": [
            { "key": "project", "type": "string", "required": true, "label": "Project key" },
            { "key": "account", "type": "string", "required": true, "label": "Our account" }
          ],
          "http": {
            "methods": ["GET", "POST", "PATCH"],
            "paths": ["/tickets", "/tickets/**", "/events", "/projects/*/tickets"],
            "writesPerCall": 1,
            "authentication": [{ "kind": "bearer" }]
          },
          "statusMap": {
            "NEW": "submitted", "WIP": "working", "ASK": "needs_us", "DONE": "fix_offered"
          },
          "limits": { "memoryMB": 512, "callSeconds": 30 }
        }
        """#

    /// What `check` plays through with it.
    static let replay = #"""
        {
          "format": 1,
          "options": { "project": "P", "account": "us" },
          "scenes": {
            "updates": {
              "calls": [{ "operation": "fetch_updates", "request": { "cursor": "" },
                "reply": { "nextCursor": "4", "hasMore": false } }],
              "vendor": [{ "method": "GET", "path": "/events", "query": { "after": "0" },
                "answer": { "status": 200, "json": [
                  { "seq": 1, "ticket": "7", "at": "2026-03-01T09:30:00Z", "by": "ann", "state": "WIP" },
                  { "seq": 4, "ticket": "7", "at": "2026-03-01T09:31:00Z", "by": "ann", "note": "Which version?",
                    "noteID": "12" }] } }]
            },
            "bad_item": {
              "calls": [{ "operation": "fetch_updates", "request": { "cursor": "" } }],
              "vendor": [{ "method": "GET", "path": "/events", "answer": { "status": 200, "json": [
                { "seq": 1, "ticket": "7", "at": 99 },
                { "seq": 2, "ticket": "7", "at": "2026-03-01T09:30:00Z", "by": "ann", "state": "WIP" }] } }]
            },
            "own_writes": {
              "calls": [{ "operation": "fetch_updates", "request": { "cursor": "" } }],
              "vendor": [{ "method": "GET", "path": "/events", "answer": { "status": 200, "json": [
                { "seq": 1, "ticket": "7", "at": "2026-03-01T09:30:00Z", "by": "us", "note": "Any news?\n[MS-17.1]",
                  "noteID": "12" }] } }]
            },
            "open": {
              "calls": [{ "operation": "open_case",
                "request": { "intent": { "idempotencyKey": "MS-17", "marker": "[MS-17]" }, "title": "Crash", "body": "It crashes." },
                "reply": { "caseID": "7", "status": "NEW" } }],
              "vendor": [
                { "method": "GET", "path": "/tickets", "query": { "q": "[MS-17]" }, "answer": { "status": 200, "json": [] } },
                { "method": "POST", "path": "/projects/P/tickets", "contains": "[MS-17]",
                  "answer": { "status": 201, "json": { "id": "7", "state": "NEW", "title": "Crash [MS-17]" } } },
                { "method": "GET", "path": "/tickets/7",
                  "answer": { "status": 200, "json": { "id": "7", "state": "NEW", "title": "Crash [MS-17]" } } }]
            },
            "open_again": {
              "calls": [{ "operation": "open_case",
                "request": { "intent": { "idempotencyKey": "MS-17", "marker": "[MS-17]" }, "title": "Crash", "body": "It crashes." },
                "reply": { "caseID": "7", "status": "NEW" } }],
              "vendor": [
                { "method": "GET", "path": "/tickets",
                  "answer": { "status": 200, "json": [{ "id": "7", "state": "NEW", "title": "Crash [MS-17]" }] } },
                { "method": "GET", "path": "/tickets/7",
                  "answer": { "status": 200, "json": { "id": "7", "state": "NEW", "title": "Crash [MS-17]" } } }]
            },
            "comment": {
              "calls": [{ "operation": "add_comment",
                "request": { "intent": { "idempotencyKey": "MS-17.1", "marker": "[MS-17.1]" }, "caseID": "7", "body": "Any news?" },
                "reply": { "commentID": "12" } }],
              "vendor": [
                { "method": "GET", "path": "/tickets/7/notes", "answer": { "status": 200, "json": [] } },
                { "method": "POST", "path": "/tickets/7/notes", "contains": "[MS-17.1]", "answer": { "status": 201 } },
                { "method": "GET", "path": "/tickets/7/notes",
                  "answer": { "status": 200, "json": [{ "id": "12", "text": "Any news?\n[MS-17.1]" }] } }]
            },
            "comment_again": {
              "calls": [{ "operation": "add_comment",
                "request": { "intent": { "idempotencyKey": "MS-17.1", "marker": "[MS-17.1]" }, "caseID": "7", "body": "Any news?" },
                "reply": { "commentID": "12" } }],
              "vendor": [{ "method": "GET", "path": "/tickets/7/notes",
                "answer": { "status": 200, "json": [{ "id": "12", "text": "Any news?\n[MS-17.1]" }] } }]
            },
            "close": {
              "calls": [{ "operation": "close_case",
                "request": { "intent": { "idempotencyKey": "MS-17.2", "marker": "[MS-17.2]" }, "caseID": "7", "reason": "Solved" },
                "reply": { "caseID": "7", "status": "DONE" } }],
              "vendor": [
                { "method": "PATCH", "path": "/tickets/7", "answer": { "status": 200 } },
                { "method": "GET", "path": "/tickets/7",
                  "answer": { "status": 200, "json": { "id": "7", "state": "DONE", "title": "Crash [MS-17]" } } }]
            },
            "read": {
              "calls": [{ "operation": "read_case", "request": { "caseID": "7" }, "reply": { "status": "WIP" } }],
              "vendor": [{ "method": "GET", "path": "/tickets/7",
                "answer": { "status": 200, "json": { "id": "7", "state": "WIP", "title": "Crash [MS-17]" } } }]
            },
            "ignored": {
              "calls": [{ "operation": "close_case",
                "request": { "intent": { "idempotencyKey": "MS-17.2", "marker": "[MS-17.2]" }, "caseID": "7", "reason": "Solved" },
                "problem": "rejected" }],
              "vendor": [
                { "method": "PATCH", "path": "/tickets/7", "answer": { "status": 200 } },
                { "method": "GET", "path": "/tickets/7",
                  "answer": { "status": 200, "json": { "id": "7", "state": "WIP", "title": "Crash [MS-17]" } } }]
            }
          }
        }
        """#
}
