/** The words that an endpoint of `bench:failover` answers to a prompt: what is checked for. */
export function writeAnswerWords(prompt: string): string[] {
  return Array.from({ length: 20 }, (_, index) => `${prompt.slice(0, 12)}-${index} `);
}
