/** What browsers and the operator's tools reach. */
import { z } from 'zod';
import { host, origin, port } from './values.ts';

export const http = z.strictObject({
  host: host
    .default('127.0.0.1')
    .describe(
      'Where browsers’ calls are taken: from this machine alone, as a load balancer or web server stands before it and speaks TLS.',
    ),
  port: port.describe('Where the load balancer finds it.'),
  origins: z
    .array(origin)
    .min(1)
    .describe('The site’s own origins: the only ones that CORS and JSONP answer.'),
  trustedProxies: z
    .array(z.string().meta({ unit: 'address' }))
    .default([])
    .describe(
      'Addresses of proxies whose `X-Forwarded-For` is believed. None: everybody can write that header. With a load balancer, name it, or all of your users count as one address.',
    ),
});

export const admin = z.strictObject({
  host: host
    .default('127.0.0.1')
    .describe(
      'Where metrics and health are told: to this machine alone, unless a firewall stands before it.',
    ),
  port: port.describe('Another one than browsers reach.'),
});
