// How @hey-api/openapi-ts writes the client: as modules that Node.js itself can load.
export default {
  output: { path: "client", module: { extension: ".js" } },
};
