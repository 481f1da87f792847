// Uses Swagger UI as an operator would, in a real browser.
//
//   REMIT_URL=... REMIT_TOKEN=... CHROMIUM=/usr/bin/chromium SCREENSHOT=file.png node swagger-ui.mjs
//
// The page opens without an error and asks nobody but the service; a token pasted once is still
// there after a reload; an operation is tried and its answer shown.
import assert from "node:assert/strict";
import { env } from "node:process";

import { chromium } from "playwright-core";

const url = env.REMIT_URL;
const token = env.REMIT_TOKEN;
assert.ok(url && token, "REMIT_URL and REMIT_TOKEN say where and as whom");

const browser = await chromium.launch({
  executablePath: env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1560 } });
  page.setDefaultTimeout(30_000);

  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (to.protocol !== "data:" && to.protocol !== "blob:" && to.origin !== new URL(url).origin) {
      faults.push(`request to another host: ${to.origin}`);
    }
  });
  page.on("requestfailed", (request) => {
    faults.push(`request failed: ${request.url()} ${request.failure()?.errorText}`);
  });

  const tag = page.locator("#operations-tag-decisions");
  const operation = page.locator("#operations-decisions-evaluate");
  const authorize = page.locator(".btn.authorize").first();

  // --- It opens ---
  await page.goto(`${url}/docs/`);
  await tag.waitFor();
  const tags = await page.locator(".opblock-tag").count();
  assert.ok(tags > 10, `only ${tags} groups of operations are shown`);
  console.log(
    `- ${(await page.locator(".info .title").first().innerText()).split("\n")[0]}: ${tags} groups of operations`,
  );

  // --- A token is pasted once ---
  await authorize.click();
  const dialog = page.locator(".auth-container");
  await dialog.locator("input").first().fill(token);
  await dialog.locator("button.authorize").click();
  await dialog.locator("button", { hasText: "Logout" }).waitFor();
  await page.locator(".btn-done").click();

  // --- and is still there after a reload ---
  await page.reload();
  await tag.waitFor();
  await page.locator(".btn.authorize.locked, .btn.authorize:has(svg.locked)").first().waitFor();
  console.log("- the token is remembered");

  // --- An operation is tried, with the example of the contract ---
  await tag.click();
  await operation.locator(".opblock-summary-control").click();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url() === `${url}/access/v1/evaluation`),
    operation.locator(".execute").click(),
  ]);
  assert.equal(answer.status(), 200);
  const decision = await answer.json();
  assert.equal(typeof decision.decision, "boolean");

  const shown = operation.locator(".live-responses-table");
  await shown.waitFor();
  assert.equal(
    (await shown.locator(".response-col_status").last().innerText()).split(/\s/)[0],
    "200",
  );
  assert.match(await shown.innerText(), /"decision": (true|false)/);
  console.log(`- tried: ${JSON.stringify(decision)}`);

  if (env.SCREENSHOT) {
    // The token is in the curl line that Swagger UI shows; it is none of the picture's business.
    await page.evaluate((secret) => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        texts.currentNode.data = texts.currentNode.data.replaceAll(secret, "rmt_…");
      }
    }, token);
    await operation.scrollIntoViewIfNeeded();
    await operation.evaluate((element) =>
      window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 20),
    );
    await page.screenshot({ path: env.SCREENSHOT });
  }

  assert.deepEqual(faults, [], "the page has faults");
  console.log("- no error, no request to another host");
} finally {
  await browser.close();
}
