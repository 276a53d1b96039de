import type { ChatMessage } from '../../llm/chat.js';

/** What shapes a judge's verdict besides the task and the answer; part of the grade key. */
export interface JudgeIdentity {
  /** The judge's id, its name at the provider, and a digest of address and parameters. */
  readonly model: string;
  /** The version of the prompts it is asked with. */
  readonly promptVersion: number;
}

/** Which model judged, kept with the grade. */
export interface JudgeRecord extends JudgeIdentity {
  /** What its calls cost; null where that is not known. Never part of the candidate's cost. */
  readonly costUsd: number | null;
  readonly calls: number;
}

/** A judge's reply to one request. */
export type JudgeReply =
  | { readonly kind: 'reply'; readonly text: string; readonly costUsd: number | null }
  | { readonly kind: 'failed'; readonly reason: string };

/** A model that grades. */
export interface Judge {
  readonly model: string;
  /** Never rejects. */
  ask(messages: readonly ChatMessage[]): Promise<JudgeReply>;
}
