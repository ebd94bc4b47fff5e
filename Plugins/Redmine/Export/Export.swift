public import MainstayConnectorSDK
import RedmineConnector

/// What Mainstay looks for in the library.
@implementation @c
public func mainstay_connector_entry(_ hostABI: UInt32) -> UnsafePointer<mst_plugin>? {
    ConnectorExport.plugin(RedmineConnector.self, hostABI: hostABI)
}
