/**
 * Jest's environment for Node, its globals in a context without interceptors: in Jest's own every `Array` or `Math` in a test or in what it
 * imports is looked up through a proxy, which is a fifth of the time of all tests.
 * https://nodejs.org/api/vm.html#when-contextobject-is-vmconstantsdont_contextify
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
