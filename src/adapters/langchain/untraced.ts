import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/**
 * Takes the place of the tracer that LangChain adds by itself to calls without one, where the
 * environment switches tracing on (`LANGSMITH_TRACING`). It is known by its name, and does nothing.
 */
class NoTracer extends BaseCallbackHandler {
  readonly name = 'langchain_tracer';

  /** Called within a run of LangSmith's own `traceable`. */
  updateFromRunTree(): void {
    // That run has the routed model's for a child, and no other one.
  }

  getRunTreeWithTracingConfig(): undefined {
    return undefined;
  }
}

/** Callbacks of a call that is no run of its own: it is a part of the routed model's. */
export const noCallbacks: BaseCallbackHandler[] = [new NoTracer()];
