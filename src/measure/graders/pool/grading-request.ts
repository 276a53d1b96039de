import type { ExtractedCode, Grade } from '../grade.js';

/** What a graders' thread is asked to do. */
export type GradingRequest =
  | {
      readonly kind: 'grade';
      /** The grader's name. */
      readonly grader: string;
      /** The task's options and reference as JSON, which tells tasks apart that are graded again. */
      readonly task: string;
      readonly answer: string;
      readonly isCutOff: boolean;
    }
  | {
      readonly kind: 'extract_code';
      readonly answer: string;
      readonly language: string;
      readonly functionName: string | undefined;
    };

/** What the thread replies: of the same kind as its request. */
export type GradingReply = Grade | ExtractedCode;
