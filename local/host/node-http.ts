/**
 * Node's HTTP module, got in the one way that is quick: an import lists what the module exports, and
 * asking it for its WebSocket loads undici, 70 ms of every start.
 */
export const http = process.getBuiltinModule('node:http');
