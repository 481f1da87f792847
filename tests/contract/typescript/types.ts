// What openapi-typescript gives: types alone, for a client of one's own. This file is compiled,
// not run; it fails to compile when a name or a shape that it uses is gone.
import type { components, operations, paths } from "./api.js";

type Worker = components["schemas"]["WorkerView"];
type NewWorker = paths["/api/v1/workers"]["post"]["requestBody"]["content"]["application/json"];
type Created = operations["createWorker"]["responses"][201]["content"]["application/json"];
type Filters = NonNullable<operations["listWorkers"]["parameters"]["query"]>;
type Problem = components["schemas"]["Problem"];

export const asked: NewWorker = {
  personal_number: "10442",
  first_name: "Jana",
  last_name: "Nováková",
  birth_date: "1990-04-12",
};

export const filters: Filters = { limit: 20, q: "nov", sort: "last_name,-created_at" };

export function fullName(worker: Worker): string {
  return `${worker.first_name} ${worker.last_name}`;
}

// What `expand` adds is there only when it was asked for.
export const login = (worker: Worker): string => worker.user?.login ?? "";

// What is created is what is read.
export const read = (created: Created): Worker => created;

export function explain(problem: Problem): string {
  const fields = problem.errors?.map((error) => `${error.pointer}: ${error.detail}`) ?? [];
  return [`${problem.status} ${problem.code}: ${problem.title}`, ...fields].join("\n");
}
