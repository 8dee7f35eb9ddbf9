/** Remembers what was delivered lately, so that the same delivery is acted upon once. Bounded, oldest forgotten first. */

export interface DeliveryMemory {
  /** True the first time the key is seen within the time of memory. */
  isFirst(key: string): boolean;
  has(key: string): boolean;
}

/**
 * @param capacity keys kept at most.
 * @param memoryMs how long a key is remembered.
 */
export function createDeliveryMemory(capacity: number, memoryMs: number, now: () => Date): DeliveryMemory {
  // A Map keeps insertion order, so the oldest key is the first.
  const seenAt = new Map<string, number>();
  const has = (key: string): boolean => {
    const at = seenAt.get(key);
    return at !== undefined && now().getTime() - at < memoryMs;
  };
  return {
    has,
    isFirst(key) {
      if (has(key)) return false;
      seenAt.delete(key);
      seenAt.set(key, now().getTime());
      const oldest = seenAt.keys().next();
      if (seenAt.size > capacity && !oldest.done) seenAt.delete(oldest.value);
      return true;
    },
  };
}
