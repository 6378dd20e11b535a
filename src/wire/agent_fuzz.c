#include "base/fuzz.h"
#include "wire/agent.h"

FUZZ(agent, bytes)                                     /* a name is a part of the line, short, and names itself again */
{
	struct str name = agent_program(bytes);
	if (!name.n)
		return;
	FUZZ_CHECK(name.n <= AGENT_MAX && name.p >= bytes.p && name.p + name.n <= bytes.p + bytes.n);
	FUZZ_CHECK(str_eq(agent_program(name), name));
}
