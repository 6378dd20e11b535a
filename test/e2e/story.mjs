// A day at the demonstration school, as the people in it see it.  Run by test/e2e/run.
import { tell } from './stage.mjs';
import './signing.mjs';
import './roll.mjs';
import './worry.mjs';
import './telling.mjs';
import './offline.mjs';
import './procedures.mjs';
import './roles.mjs';
import './young.mjs';
import './edges.mjs';
import './outside.mjs';
import './own.mjs';
import './duties.mjs';
import './strong.mjs';
import './services.mjs';
import './single.mjs';
import './matrix.mjs';
import './family.mjs';
import './curriculum.mjs';
import './casefile.mjs';
import './registers.mjs';
import './training.mjs';
import './public.mjs';
import './voice.mjs';
import './content.mjs';
import './every_page.mjs';

await tell();
