// Hires a person with the client that @hey-api/openapi-ts makes of openapi.yaml.
//
//   REMIT_URL=http://127.0.0.1:8080 REMIT_TOKEN=rmt_... node hire.js
//
// A new warehouse clerk gets a personal folder and a contract, an account, and with a role the
// right to record the time of a colleague. Every step checks what the service answered, and the
// first surprise ends the program.
import assert from "node:assert/strict";
import { env } from "node:process";

import {
  createContract,
  createGrant,
  createMembership,
  createRole,
  createUser,
  createWorker,
  evaluate,
  getWorker,
  linkWorkerAccount,
  listUserRoles,
  releaseUser,
  signContract,
  updateWorker,
  upsertDepartment,
  upsertPosition,
} from "./client/index.js";
import { client } from "./client/client.gen.js";
import type { DecisionAnswer, PlanView } from "./client/index.js";

// --- Which service, and who asks ---------------------------------------------------------------

client.setConfig({
  baseUrl: env.REMIT_URL ?? "http://127.0.0.1:8080",
  // The token goes to every operation that the contract says needs one.
  auth: () => env.REMIT_TOKEN,
});

// What is made here can be made again: its numbers and names end with the time.
const mark = Date.now().toString(36);
const today = new Date().toISOString().slice(0, 10);

/** Everything but success ends the program, with the problem that the service gave as the reason. */
const must = { throwOnError: true } as const;

/** What an operation answers, without the envelope of the client. A plan comes only to who asks for one. */
async function item<T>(answer: Promise<{ data: T | PlanView | void }>): Promise<T> {
  const { data } = await answer;
  assert.ok(data, "an answer has a body");
  return data as T;
}

function step(what: string): void {
  console.log(`- ${what}`);
}

// --- Where the person will work ----------------------------------------------------------------

// By one's own id: creates what is not there (201) and updates what is (200). Sent twice, it
// changes nothing, so a program that keeps both sides in step needs no bookkeeping.
const department = await item(
  upsertDepartment({
    ...must,
    path: { external_id: "contract-warehouse" },
    body: { code: "contract-warehouse", name: "Warehouse" },
  }),
);
const position = await item(
  upsertPosition({
    ...must,
    path: { external_id: "contract-clerk" },
    body: { code: "contract-clerk", name: "Warehouse clerk" },
  }),
);
step(`department ${department.name}, position ${position.name}`);

// --- The personal folder and the contract ------------------------------------------------------

const hire = async (number: string, firstName: string, lastName: string) => {
  const worker = await item(
    createWorker({
      ...must,
      body: {
        personal_number: `${number}-${mark}`,
        external_id: `ts-${number}-${mark}`,
        first_name: firstName,
        last_name: lastName,
        birth_date: "1990-04-12",
      },
    }),
  );
  assert.equal(worker.state, "active");

  // References are by Remit's id or by one's own.
  const draft = await item(
    createContract({
      ...must,
      body: {
        worker_id: worker.id,
        department_external_id: "contract-warehouse",
        position_external_id: "contract-clerk",
        valid_from: today,
      },
    }),
  );
  assert.equal(draft.state, "draft");

  // States change by verbs.
  const contract = await item(signContract({ ...must, path: { id: draft.id } }));
  assert.equal(contract.state, "signed");
  assert.equal(contract.department_id, department.id);
  step(`${worker.first_name} ${worker.last_name} (${worker.personal_number}) has signed`);
  return { worker, contract };
};

const { worker: jana, contract } = await hire("1", "Jana", "Nováková");
const { worker: petr } = await hire("2", "Petr", "Svoboda");

// An error is a value here, typed by the contract: a problem (RFC 9457) with a stable code.
const again = await signContract({ path: { id: contract.id } });
assert.ok(again.error, "a contract is signed once");
assert.equal(again.error.status, 409);
step(`signing twice is refused: ${again.error.code}`);

// A change names the version that was read, so that nobody's work is overwritten.
const { response: read } = await getWorker({ ...must, path: { id: jana.id } });
const tag = read.headers.get("etag");
assert.ok(tag, "an item has an entity tag");
const changed = await item(
  updateWorker({
    ...must,
    path: { id: jana.id },
    headers: { "If-Match": tag },
    body: { phone: "+420 601 234 567" },
  }),
);
assert.equal(changed.phone, "+420 601 234 567");
const stale = await updateWorker({
  path: { id: jana.id },
  headers: { "If-Match": tag },
  body: { phone: null },
});
assert.equal(stale.error?.status, 412);
step(`the phone number is changed; the old tag ${tag} is refused by now`);

// --- The account -------------------------------------------------------------------------------

const blocked = await item(
  createUser({
    ...must,
    body: {
      login: `jana.${mark}`,
      external_id: `jana-${mark}`,
      email: `jana.${mark}@example.org`,
      first_name: "Jana",
      last_name: "Nováková",
    },
  }),
);
assert.equal(blocked.state, "blocked", "a new account waits for its release");

const released = await item(releaseUser({ ...must, path: { id: blocked.id } }));
assert.equal(released.user.state, "active");
assert.ok(released.password_link, "the link to set a password is shown once");

await linkWorkerAccount({ ...must, path: { id: jana.id }, body: { user_id: blocked.id } });
const linked = await item(getWorker({ ...must, path: { id: jana.id } }));
assert.equal(linked.user_id, blocked.id);
step(`the account ${blocked.login} is released and linked`);

// --- May she? ----------------------------------------------------------------------------------

/** May Jana record Petr's time? By one's own ids, and with the reason. */
async function mayRecord(): Promise<DecisionAnswer> {
  const data = await item(
    evaluate({
      ...must,
      body: {
        subject: { type: "user", id: `jana-${mark}` },
        action: { name: "time:record" },
        resource: { type: "worker", id: petr.id },
        options: { explain: "reason" },
      },
    }),
  );
  console.log(`  may Jana record Petr's time? ${data.decision}: ${data.context?.reason_user}`);
  return data;
}

step("before she has a role");
const before = await mayRecord();
assert.equal(before.decision, false);
assert.equal(before.context?.code, "no_grant");

// --- The role ----------------------------------------------------------------------------------

const role = await item(
  createRole({
    ...must,
    body: { code: `timekeepers-${mark}`, name: "Warehouse timekeepers" },
  }),
);
await createGrant({
  ...must,
  body: {
    holder_type: "role",
    holder_id: role.id,
    module: "time",
    scope: { type: "department", id: department.id, include_subtree: true },
    allow: ["record"],
  },
});
await createMembership({ ...must, body: { role_id: role.id, member_id: blocked.id } });
const roles = await item(listUserRoles({ ...must, path: { id: blocked.id } }));
assert.ok(roles.items.some((membership) => membership.role_id === role.id));

step(`she is one of the ${role.name}`);
const after = await mayRecord();
assert.equal(after.decision, true);
assert.equal(after.context?.code, "role_allow");

console.log("hired");
