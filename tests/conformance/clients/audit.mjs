// The GraphQL-over-HTTP audit: prints every finding that is not ok as a JSON list.
import {auditServer} from 'graphql-http';

const headers = {'X-Shopify-Access-Token': process.env.TOKEN};
const findings = await auditServer({
  url: process.env.GRAPHQL_URL,
  fetchFn: (url, init) => fetch(url, {...init, headers: {...init?.headers, ...headers}}),
});
const told = findings.filter((one) => one.status !== 'ok').map(({id, name, status, reason}) => ({id, name, status, reason}));
console.log(JSON.stringify({asked: findings.length, told}));
