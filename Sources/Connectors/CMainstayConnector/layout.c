/* Holds the layout of the contract fast: a change that moves a member of a released version does
 * not compile. */
#include "mainstay_connector.h"

#include <assert.h>

#if UINTPTR_MAX == UINT64_MAX
static_assert(sizeof(mst_bytes) == 16, "mst_bytes");
static_assert(offsetof(mst_bytes, count) == 8, "mst_bytes.count");

static_assert(sizeof(mst_host) == 48, "mst_host");
static_assert(offsetof(mst_host, abi_major) == 4, "mst_host.abi_major");
static_assert(offsetof(mst_host, abi_minor) == 6, "mst_host.abi_minor");
static_assert(offsetof(mst_host, host_ctx) == 8, "mst_host.host_ctx");
static_assert(offsetof(mst_host, log) == 16, "mst_host.log");
static_assert(offsetof(mst_host, request) == 24, "mst_host.request");
static_assert(offsetof(mst_host, cancelled) == 32, "mst_host.cancelled");
static_assert(offsetof(mst_host, extension) == 40, "mst_host.extension");

static_assert(sizeof(mst_connector) == 72, "mst_connector");
static_assert(offsetof(mst_connector, connector_ctx) == 8, "mst_connector.connector_ctx");
static_assert(offsetof(mst_connector, open_case) == 16, "mst_connector.open_case");
static_assert(offsetof(mst_connector, add_comment) == 24, "mst_connector.add_comment");
static_assert(offsetof(mst_connector, fetch_updates) == 32, "mst_connector.fetch_updates");
static_assert(offsetof(mst_connector, map_status) == 40, "mst_connector.map_status");
static_assert(offsetof(mst_connector, close_case) == 48, "mst_connector.close_case");
static_assert(offsetof(mst_connector, extension) == 56, "mst_connector.extension");
static_assert(offsetof(mst_connector, destroy) == 64, "mst_connector.destroy");

static_assert(sizeof(mst_lookup) == 16, "mst_lookup");
static_assert(offsetof(mst_lookup, read_case) == 8, "mst_lookup.read_case");
static_assert(sizeof(mst_attachments) == 16, "mst_attachments");
static_assert(offsetof(mst_attachments, add_attachment) == 8, "mst_attachments.add_attachment");

static_assert(sizeof(mst_plugin) == 40, "mst_plugin");
static_assert(offsetof(mst_plugin, abi_major) == 8, "mst_plugin.abi_major");
static_assert(offsetof(mst_plugin, abi_minor) == 10, "mst_plugin.abi_minor");
static_assert(offsetof(mst_plugin, descriptor) == 16, "mst_plugin.descriptor");
static_assert(offsetof(mst_plugin, create) == 32, "mst_plugin.create");
#endif
