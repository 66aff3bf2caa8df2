/**
 * Has a Linux take its timer for good. It counts ticks while it boots, and panics where it misses some: so it does in an
 * emulator that does not get a CPU for a few hundredths of a second. Under KVM it does without by itself
 * (timer_irq_works in arch/x86/kernel/apic/io_apic.c).
 */
export const noTimerCheck = 'no_timer_check';
