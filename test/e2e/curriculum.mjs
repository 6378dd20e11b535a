/* A teacher plans a lesson, teaches it with the class register, and the map has no gap there any more. */
import { atDesk, holder, must, picture, portal, shows, signIn, step, PHONE } from './stage.mjs';
import { clean } from './every_page.mjs';
