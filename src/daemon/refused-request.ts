import { VivariumError } from '../base/errors.ts';

/** Bytes that the body of a request may have: specs and scripts are the longest. */
export const bodyLimit = 2 ** 20;

/** What fastify refused, in words of ours; all else as it is. */
export function asOurs(error: unknown): unknown {
  const {
    code = '',
    statusCode = 500,
    message,
  } = error as { code?: string; statusCode?: number; message: string };
  if (error instanceof VivariumError) return error;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new VivariumError('request-too-large', { limit: bodyLimit });
  if (statusCode < 500)
    return new VivariumError('request-invalid', { problem: `cannot be taken: ${message}` });
  return error;
}
