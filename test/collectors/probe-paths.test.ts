/** Which paths are asked for over a connection, and what is sent to the origin for them. */
import { describe, expect, it } from '@jest/globals';
import { toOriginPath } from '../../src/collectors/origin-path.js';
import { choosePaths } from '../../src/collectors/probe-paths.js';
import { aBehaviour, aConnection } from '../builders/evidence.js';

describe('choosePaths', () => {
  it.each<[string, readonly string[], readonly string[], string | null, string | null, readonly string[]]>([
    ['the root for the default behaviour', ['*'], ['/api/*', '*'], null, null, ['/']],
    ['the folder of a pattern', ['/api/*'], ['/api/*', '*'], null, null, ['/api/']],
    ['a literal pattern as it is', ['/health'], ['/health', '*'], null, null, ['/health']],
    ['a name made up where no folder fits', ['*.jpg'], ['*.jpg', '*'], null, null, ['/cf502.jpg']],
    ['a name below a folder that another takes', ['/img/*.png'], ['/img/*.png', '*'], null, null, ['/img/cf502.png']],
    ['a character for a question mark', ['/v?/a'], ['/v?/a', '*'], null, null, ['/vx/a']],
    ['no path that a behaviour before it takes', ['/api/v1/*', '*'], ['/api/*', '/api/v1/*', '*'], null, null, ['/']],
    ['the filter of the check first', ['*'], ['*'], '/shop/*', null, ['/shop/', '/']],
    ['no filter of another behaviour', ['*'], ['/api/*', '*'], '/api/*', null, ['/']],
    ['at most three', ['/a', '/b', '/c', '/d'], ['/a', '/b', '/c', '/d', '*'], null, null, ['/a', '/b', '/c']],
    ['the root where nothing else can be', ['/api/v1/*'], ['/api/*', '/api/v1/*', '*'], null, null, ['/']],
    ['the root that stands for a root object elsewhere', ['*.html', '*'], ['*.html', '*'], null, 'a.html', ['/']],
  ])('asks for %s', (_title, behaviours, patterns, pathPattern, defaultRootObject, expected) => {
    const distribution = {
      behaviours: patterns.map((pattern) => aBehaviour({ pathPattern: pattern })),
      defaultRootObject,
    };
    expect(choosePaths(aConnection({ behaviours }), distribution, pathPattern)).toEqual(expected);
  });
});

describe('toOriginPath', () => {
  it.each([
    ['', '/', undefined, '/'],
    ['', '/', 'index.html', '/index.html'],
    ['/app', '/', 'pages/home.html', '/app/pages/home.html'],
    ['/app/', '/a', 'index.html', '/app/a'],
    ['', '/folder/', 'index.html', '/folder/'],
    ['/app', 'a', undefined, '/app/a'],
  ])('%j and %s with %s -> %s', (originPath, viewerPath, rootObject, expected) => {
    expect(toOriginPath({ originPath }, viewerPath, rootObject)).toBe(expected);
  });
});
