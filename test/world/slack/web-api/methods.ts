/** Every Web API method that exists here; another one answers `unknown_method` and is complained about. */
import { chatMethods } from './chat.js';
import { conversationMethods } from './conversations.js';
import { fileMethods } from './files-methods.js';
import type { Method } from './method.js';
import { peopleMethods } from './people-methods.js';
import { viewMethods } from './views-methods.js';

export const methods: Readonly<Record<string, Method>> = {
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...peopleMethods,
  ...viewMethods,
};
