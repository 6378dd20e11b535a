/* reap.h - frees dropped clients once nothing on the stack needs them; called at
 * the end of every callback of the proxy. */
#pragma once
struct proxy;
void proxy_reap(struct proxy *p);
