/*
 * The accelerator probe: a PC firmware that does once what every 64-bit kernel does all the time, and says so
 * on the first serial port, a letter for each step:
 *
 *   A  code runs from RAM in the upper half of the address space, through 4 levels of pages of 2 MiB
 *   B  an invalid instruction and a page fault reach their handlers, and iretq returns from both
 *   C  cpuid, cmpxchg16b, SSE2, fxsave and fxrstor work; STAR, LSTAR, SFMASK and GS bases keep their values
 *   D  the local APIC answers by MMIO, and its timer ends a hlt
 *   E  sysret enters ring 3, int from there switches to the stack in the TSS, and syscall comes back
 *   F  WORK rounds of ordinary code (calls, memory, branches) are done
 *   K  as many rounds once more, with the same sum: all is well
 *
 * Then it crashes on purpose, by a triple fault, which ends QEMU under -no-reboot. What goes wrong on the way
 * ends in the same triple fault, in KVM's own error, or in silence.
 *
 * It was made for KVM without hardware virtualization (kvm_pvm, "pagetable-based virtual machine"), which
 * some clouds have inside their guests. It opens, creates machines and runs firmware, but the kernel of a guest
 * that was not made for it is interpreted, an instruction at a time, half a million a second: a thousandth
 * of what TCG does. A bzImage spins in its own decompression for hours, which looks like a hang; a kernel that
 * was unpacked before ends after a minute in "KVM internal error. Suberror: 1, emulation failure", at the
 * first lock cmpxchg16b (Linux 6.1, ___slab_alloc), which the interpreter does not know. So step C has that
 * instruction, and fails at once; where an interpreter has learnt it, the rounds need ten times the deadline.
 *
 * Nothing but the processor is tried, and nothing else is needed: no other firmware, ACPI or PCI, only RAM
 * below 640 KiB, COM1 and a local APIC.
 */

	.ifndef WORK
	.equ	WORK, 300000
	.endif

/* RAM, physical. Its first 2 MiB are mapped three times: at 0, at USER for ring 3, and at KERNEL. */
	.equ	PML4, 0x1000
	.equ	PDPT, 0x2000             /* for address 0 and up */
	.equ	PDPT_TOP, 0x3000         /* for the top 512 GiB */
	.equ	PD, 0x4000               /* the first GiB, supervisor */
	.equ	PD_USER, 0x5000          /* its first 2 MiB, for ring 3 */
	.equ	PD_APIC, 0x6000          /* the GiB that holds the local APIC and this firmware */
	.equ	IDT, 0x7000
	.equ	GDT_RAM, 0x8000
	.equ	TSS, 0x8100
	.equ	FX, 0x8400               /* the area of fxsave: 512 bytes, aligned to 16 */
	.equ	DATA, 0x9000             /* what the rounds read and write */
	.equ	RAM_END, 0xa000
	.equ	TEXT, 0x10000            /* the 64-bit code, copied out of ROM */
	.equ	STACK, 0x20000           /* stacks grow down */
	.equ	STACK_INT, 0x24000       /* of interrupts from ring 3 */

	.equ	KERNEL, 0xffffffff80000000
	.equ	USER, 0x40000000
	.equ	APIC, 0xfee00000
	.equ	COM1, 0x3f8

/* Selectors, in the order that sysret and syscall ask for. */
	.equ	CODE32, 0x08
	.equ	DATA32, 0x10
	.equ	CODE64, 0x18
	.equ	DATA64, 0x20
	.equ	USER_DATA, 0x30 | 3
	.equ	USER_CODE, 0x38 | 3
	.equ	TASK, 0x40

	.equ	EFER, 0xc0000080
	.equ	STAR, 0xc0000081
	.equ	LSTAR, 0xc0000082
	.equ	SFMASK, 0xc0000084
	.equ	GS_BASE, 0xc0000101
	.equ	KERNEL_GS_BASE, 0xc0000102

.macro say letter
	mov	$\letter, %al
	call	tell
.endm

/* Writes the 64-bit value of rax to the MSR, reads it back, and dies where it differs. */
.macro msr number
	mov	$\number, %ecx
	call	keep_msr
.endm

/* ---- From reset to long mode, still in ROM: below 32 bits, at the end 16 bits. ---- */

	.section .start, "ax"
	.code32
enter32:
	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	%eax, %ss
	mov	$STACK, %esp
	cld

	/* RAM is not promised to be zero. */
	mov	$PML4, %edi
	xor	%eax, %eax
	mov	$(RAM_END - PML4) / 4, %ecx
	rep stosl

	/* 1 present, 2 writable, 4 user, 0x10 uncached, 0x80 a page of 2 MiB */
	movl	$PDPT + 7, PML4
	movl	$PDPT_TOP + 3, PML4 + 511 * 8
	movl	$PD + 3, PDPT
	movl	$PD_USER + 7, PDPT + 1 * 8
	movl	$PD_APIC + 3, PDPT + 3 * 8
	movl	$PD + 3, PDPT_TOP + 510 * 8
	movl	$0x87, PD_USER
	movl	$APIC + 0x93, PD_APIC + ((APIC >> 21) & 511) * 8
	movl	$0xffe00000 + 0x83, PD_APIC + 511 * 8
	mov	$PD, %edi
	mov	$0x83, %eax
1:	mov	%eax, (%edi)
	add	$8, %edi
	add	$0x200000, %eax
	cmp	$0x40000000 + 0x83, %eax
	jne	1b

	mov	$text_rom, %esi
	mov	$TEXT, %edi
	mov	$text_size, %ecx
	rep movsb
	mov	$gdt, %esi
	mov	$GDT_RAM, %edi
	mov	$gdt_end - gdt, %ecx
	rep movsb

	mov	$0x620, %eax			/* PAE, OSFXSR, OSXMMEXCPT */
	mov	%eax, %cr4
	mov	$PML4, %eax
	mov	%eax, %cr3
	mov	$EFER, %ecx
	rdmsr
	or	$0x101, %eax			/* syscall, long mode */
	wrmsr
	mov	$0x80010023, %eax		/* paging, write protect, NE, MP, protection */
	mov	%eax, %cr0
	ljmp	$CODE64, $enter64

	.code64
enter64:
	mov	$start, %rax
	jmp	*%rax

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff		/* CODE32 */
	.quad	0x00cf93000000ffff		/* DATA32 */
	.quad	0x00af9b000000ffff		/* CODE64 */
	.quad	0x00cf93000000ffff		/* DATA64 */
	.quad	0				/* 32-bit code of ring 3: not used */
	.quad	0x00cff3000000ffff		/* USER_DATA */
	.quad	0x00affb000000ffff		/* USER_CODE */
	.quad	0x8000890000000067 | TSS << 16	/* TASK, at KERNEL + TSS */
	.quad	0xffffffff
gdt_end:

	.section .reset, "ax"
	.code16
enter16:
	cli
	lgdtl	%cs:gdt_rom - enter16 + 0xffc0
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmpl	$CODE32, $enter32
gdt_rom:
	.word	gdt_end - gdt - 1
	.long	gdt
	.org	0x30
	jmp	enter16				/* at 0xfffffff0, where a processor begins */
	.org	0x40

/* ---- 64 bits, in the upper half. ---- */

	.section .text, "ax"
	.code64
	.globl	start
start:
	mov	$DATA64, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$KERNEL + STACK, %rsp
	movq	$KERNEL + STACK_INT, KERNEL + TSS + 4
	lgdt	gdtr(%rip)
	push	$CODE64
	lea	1f(%rip), %rax
	push	%rax
	lretq
1:	mov	$TASK, %eax
	ltr	%ax
	say	'A'

exceptions:
	lea	on_invalid(%rip), %rax
	mov	$6, %edi
	call	gate
	lea	on_page_fault(%rip), %rax
	mov	$14, %edi
	call	gate
	lea	on_timer(%rip), %rax
	mov	$0x40, %edi
	call	gate
	lea	on_int(%rip), %rax
	mov	$0x80, %edi
	call	gate
	orb	$0x60, KERNEL + IDT + 0x80 * 16 + 5	/* ring 3 may use it */
	lidt	idtr(%rip)
	xor	%ebx, %ebx
invalid:
	ud2
	cmp	$6, %ebx
	jne	dead
	mov	$KERNEL - 8, %rsi		/* is mapped nowhere */
	mov	(%rsi), %rax
	cmp	$14, %ebx
	jne	dead
	say	'B'

registers:
	xor	%eax, %eax
	cpuid
	test	%eax, %eax
	jz	dead
	mov	$0x80000001, %eax
	cpuid
	bt	$29, %edx			/* long mode, in which we are */
	jnc	dead
	mov	$1, %eax
	cpuid
	bt	$13, %ecx			/* cmpxchg16b: not in the first AMD64 processors */
	jnc	1f
	xor	%eax, %eax
	xor	%edx, %edx
	mov	$1, %ebx
	mov	$2, %ecx
	lock cmpxchg16b KERNEL + DATA
	jnz	dead
	cmpq	$2, KERNEL + DATA + 8
	jne	dead
1:	fninit
	movl	$0x1f80, KERNEL + FX
	ldmxcsr	KERNEL + FX
	mov	$12345, %eax
	cvtsi2sd %eax, %xmm0
	addsd	%xmm0, %xmm0
	fxsave64 KERNEL + FX
	xorpd	%xmm0, %xmm0
	fxrstor64 KERNEL + FX
	cvttsd2si %xmm0, %eax
	cmp	$24690, %eax
	jne	dead
	mov	$(CODE64 << 32) | ((USER_DATA - 8) << 48), %rax
	msr	STAR
	lea	back(%rip), %rax
	msr	LSTAR
	mov	$0x700, %eax			/* TF, IF and DF are off in the kernel */
	msr	SFMASK
	mov	$KERNEL + DATA, %rax
	msr	GS_BASE
	mov	$USER + DATA + 8, %eax
	msr	KERNEL_GS_BASE
	say	'C'

timer:
	mov	$0xff, %al			/* no interrupts from the PICs, which wake up unmasked */
	out	%al, $0x21
	out	%al, $0xa1
	mov	$APIC, %ebx
	mov	0x30(%rbx), %eax		/* version: 0x1? of all that are inside a processor */
	and	$0xf0, %al
	cmp	$0x10, %al
	jne	dead
	movl	$0x1ff, 0xf0(%rbx)		/* on, spurious vector 0xff */
	movl	$0x0, 0x80(%rbx)		/* all priorities */
	movl	$0xb, 0x3e0(%rbx)		/* clock by 1 */
	movl	$0x40, 0x320(%rbx)		/* one shot, vector 0x40 */
	xor	%edx, %edx
	movl	$100000, 0x380(%rbx)		/* of 1 ns: 0.1 ms */
1:	sti
	hlt
	cli
	test	%edx, %edx
	jz	1b
	say	'D'

rings:
	mov	$USER + TEXT, %ecx
	add	$user - start, %ecx
	mov	$2, %r11d
	xor	%r12d, %r12d
	movl	$0x1234, %gs:8
	swapgs
	sysretq
back:	swapgs
	mov	$KERNEL + STACK, %rsp
	cmp	$0x80, %r12d
	jne	dead
	cmpl	$0x1234, %r13d
	jne	dead
	cmpl	$0x1234, %gs:8
	jne	dead
	say	'E'

work:
	call	rounds
	mov	%rax, %r9
	say	'F'
	call	rounds
	cmp	%rax, %r9
	jne	dead
	say	'K'

/* The end of all ways: without an IDT an exception is a triple fault. */
dead:	lidt	nothing(%rip)
	ud2

/* Does WORK rounds, and leaves their sum in rax: the same one each time. */
rounds:
	mov	$KERNEL + DATA, %rbx
	mov	%rbx, %rdi
	mov	$0x400 / 8, %ecx
	xor	%eax, %eax
	rep stosq
	mov	$WORK, %r8d
1:	call	round
	dec	%r8d
	jnz	1b
	ret

/* One round of 16 instructions: rax is mixed with r8 and with a word of DATA, which changes. */
round:
	imul	$0x2545f491, %rax, %rax
	add	%r8, %rax
	mov	%eax, %edx
	and	$0x3f8, %edx
	push	%rax
	mov	(%rbx,%rdx), %rcx
	add	%rax, (%rbx,%rdx)
	test	$1, %cl
	jz	1f
	ror	$7, %rax
1:	xor	%rcx, %rax
	pop	%rcx
	shr	$3, %rcx
	add	%rcx, %rax
	ret

/* Writes al to COM1. */
tell:
	push	%rax
	mov	$COM1 + 5, %edx
1:	in	%dx, %al
	test	$0x20, %al			/* room for a byte */
	jz	1b
	pop	%rax
	mov	$COM1, %edx
	out	%al, %dx
	ret

/* Makes rax the handler of vector edi: an interrupt gate of 64 bits. */
gate:
	shl	$4, %edi
	mov	$KERNEL + IDT, %rdx
	add	%rdi, %rdx
	mov	%ax, (%rdx)
	movw	$CODE64, 2(%rdx)
	movw	$0x8e00, 4(%rdx)
	shr	$16, %rax
	mov	%ax, 6(%rdx)
	shr	$16, %rax
	mov	%rax, 8(%rdx)
	ret

keep_msr:
	mov	%rax, %rsi
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	cmp	%rsi, %rax
	jne	dead
	ret

on_invalid:
	lea	invalid(%rip), %rax
	cmp	%rax, (%rsp)
	jne	dead
	mov	$6, %ebx
	addq	$2, (%rsp)			/* past the ud2 */
	iretq

on_page_fault:
	mov	$14, %ebx
	mov	%cr2, %rax
	cmp	%rax, %rsi
	jne	dead
	add	$8, %rsp			/* the error code */
	addq	$3, (%rsp)			/* past the mov */
	iretq

on_timer:
	mov	$0xff, %al			/* no interrupts from the PICs, which wake up unmasked */
	out	%al, $0x21
	out	%al, $0xa1
	mov	$1, %edx
	movl	$0, 0xb0(%rbx)			/* end of interrupt */
	iretq

/* In ring 3, at USER: interrupt 0x80, then syscall. */
user:
	mov	%gs:0, %r13d			/* GS ends 8 bytes further here */
	int	$0x80
	syscall
	ud2

on_int:
	mov	%cs, %eax
	cmp	$CODE64, %eax
	jne	dead
	cmpq	$USER_CODE, 8(%rsp)
	jne	dead
	mov	$0x80, %r12d
	iretq

	.balign	8
gdtr:	.word	gdt_end - gdt - 1
	.quad	KERNEL + GDT_RAM
idtr:	.word	0x81 * 16 - 1
	.quad	KERNEL + IDT
nothing:
	.word	0
	.quad	0
