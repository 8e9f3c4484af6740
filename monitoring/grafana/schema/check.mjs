// Fails on a dashboard with a field that Grafana does not know, lacks, or knows with another type.
import Ajv from "ajv";
import { readFileSync, readdirSync } from "node:fs";
import { createGenerator } from "ts-json-schema-generator";

const here = new URL(".", import.meta.url).pathname;
const folder = `${here}../dashboards/`;

const schema = createGenerator({
  path: `${here}dashboards.ts`,
  tsconfig: `${here}tsconfig.json`,
  type: "Types",
  expose: "none",
  additionalProperties: false,
}).createSchema("Types");
const types = new Map(Object.entries(schema.definitions.Types.properties).map(([name, each]) => [name, compile(each)]));

function compile(type) {
  return new Ajv({ allErrors: true, strict: false }).compile({ definitions: schema.definitions, ...type });
}

function faults(type, value) {
  const validate = types.get(type);
  if (!validate) {
    return [{ instancePath: "/type", message: `expected one of ${[...types.keys()]}, but got ${type}` }];
  }
  validate(value);
  return validate.errors ?? [];
}

let checked = 0;
let bad = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const { panels, ...dashboard } = JSON.parse(readFileSync(folder + file, "utf8"));
  const parts = [["dashboard", dashboard], ...panels.map((panel) => [panel.type, panel])];
  for (const [type, value] of parts) {
    checked += 1;
    for (const fault of faults(type, value)) {
      bad += 1;
      console.error(`${file}: ${value.title}${fault.instancePath}: ${fault.message} ${JSON.stringify(fault.params ?? {})}`);
    }
  }
}
console.log(`${checked} dashboards and panels, ${bad} faults by Grafana's types`);
process.exit(bad === 0 && checked > 0 ? 0 : 1);
