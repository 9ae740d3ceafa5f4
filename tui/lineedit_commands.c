/* readline's commands as our editor wants them: in a text of several lines those that
 * mean "all of it" mean the line; none makes a sound, waits or writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <readline/readline.h>
#include "base/text.h"
#include "tui/lineedit_text.h"

int lineedit_line_start(int at)
{
	while (at > 0 && rl_line_buffer[at - 1] != '\n')
		at--;
	return at;
}

int lineedit_line_end(int at)
{
	while (at < rl_end && rl_line_buffer[at] != '\n')
		at++;
	return at;
}

static int to_line_start(int count, int key)
{
	if (!lineedit_multi())
		return rl_beg_of_line(count, key);
	rl_point = lineedit_line_start(rl_point);
	return 0;
}

static int to_line_end(int count, int key)
{
	if (!lineedit_multi())
		return rl_end_of_line(count, key);
	rl_point = lineedit_line_end(rl_point);
	if (rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap && rl_point > lineedit_line_start(rl_point))
		rl_point = (int)text_grapheme_before(rl_line_buffer, (size_t)rl_point);
	return 0;
}

static int kill_back(int count, int key)
{
	int start = lineedit_line_start(rl_point);

	(void)count;
	(void)key;
	if (start == rl_point && start > 0)
		start--; /* at the start of a line: the newline before it */
	rl_kill_text(rl_point, start);
	rl_point = start;
	return 0;
}

static int kill_line(int count, int key)
{
	int end;

	if (!lineedit_multi())
		return rl_kill_line(count, key);
	if (count < 0)
		return kill_back(1, key);
	end = lineedit_line_end(rl_point);
	if (end == rl_point && end < rl_end)
		end++; /* at the end of a line: the newline */
	rl_kill_text(rl_point, end);
	return 0;
}

static int discard_line(int count, int key)
{
	return lineedit_multi() ? kill_back(count, key) : rl_unix_line_discard(count, key);
}

static int kill_backward(int count, int key)
{
	return lineedit_multi() ? kill_back(count, key) : rl_backward_kill_line(count, key);
}

static int line_up(int count, int key)
{
	if (!lineedit_multi())
		return rl_get_previous_history(count, key);
	for (int i = 0; i < count; i++)
		lineedit_move_line(-1);
	return 0;
}

static int line_down(int count, int key)
{
	if (!lineedit_multi())
		return rl_get_next_history(count, key);
	for (int i = 0; i < count; i++)
		lineedit_move_line(1);
	return 0;
}

static int to_first(int count, int key)
{
	if (!lineedit_multi())
		return rl_beginning_of_history(count, key);
	rl_point = 0;
	return 0;
}

static int to_last(int count, int key)
{
	if (!lineedit_multi())
		return rl_end_of_history(count, key);
	rl_point = rl_end;
	return 0;
}

static int vi_digit(int count, int key)
{
	if (key == '0' && rl_numeric_arg == 1 && !rl_explicit_arg)
		return to_line_start(count, key);
	return rl_vi_arg_digit(count, key);
}

static int no_accept(int count, int key)
{
	return lineedit_multi() ? 0 : rl_insert_comment(count, key);
}

/* Keyboard macros can nest without end and complain on stderr. */
static int no_macro(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

static int reread(int count, int key);

static const struct { rl_command_func_t *theirs, *ours; } replaced[] = {
	{rl_beg_of_line, to_line_start}, {rl_end_of_line, to_line_end}, {rl_kill_line, kill_line},
	{rl_unix_line_discard, discard_line}, {rl_backward_kill_line, kill_backward},
	{rl_get_previous_history, line_up}, {rl_get_next_history, line_down},
	{rl_beginning_of_history, to_first}, {rl_end_of_history, to_last}, {rl_vi_arg_digit, vi_digit},
	{rl_insert_comment, no_accept}, {rl_start_kbd_macro, no_macro}, {rl_end_kbd_macro, no_macro},
	{rl_call_last_kbd_macro, no_macro}, {rl_print_last_kbd_macro, no_macro}, {rl_re_read_init_file, reread},
};

static void replace_in(Keymap map, int depth)
{
	for (int i = 0; i < KEYMAP_SIZE; i++) {
		if (map[i].type == ISKMAP && depth > 0)
			replace_in((Keymap)(void *)map[i].function, depth - 1);
		for (size_t k = 0; map[i].type == ISFUNC && k < G_N_ELEMENTS(replaced); k++)
			if (map[i].function == replaced[k].theirs)
				map[i].function = replaced[k].ours;
	}
}

/* Whatever an inputrc says: no sound, no pauses, no drawing of its own. */
void lineedit_tame(void)
{
	static const struct { const char *name, *value; } settings[] = {
		{"bell-style", "none"}, {"blink-matching-paren", "off"}, {"enable-bracketed-paste", "off"},
		{"show-mode-in-prompt", "off"}, {"page-completions", "off"}, {"enable-meta-key", "off"},
		{"enable-keypad", "off"}, {"input-meta", "on"}, {"output-meta", "on"}, {"convert-meta", "off"},
		{"enable-active-region", "off"}, {"isearch-terminators", "\"\\033\\012\""},
	};
	static const struct { const char *sequence; rl_command_func_t *command; } named[] = {
		{"\\e[3~", rl_delete}, {"\\e[H", rl_beg_of_line}, {"\\e[F", rl_end_of_line},
		{"\\e[1;5C", rl_forward_word}, {"\\e[1;5D", rl_backward_word}, {"\\e[1;3C", rl_forward_word},
		{"\\e[1;3D", rl_backward_word}, {"\\e[3;5~", rl_kill_word},
	};
	Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};

	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
		rl_variable_bind(settings[i].name, settings[i].value);
	for (size_t i = 0; i < G_N_ELEMENTS(maps); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(named); k++)
			rl_bind_keyseq_if_unbound_in_map(named[k].sequence, named[k].command, maps[i]);
		replace_in(maps[i], 6);
	}
}

/* A bad inputrc is complained of on stderr, which is our screen. */
int lineedit_hush(void)
{
	int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (kept >= 0 && null >= 0)
		dup2(null, STDERR_FILENO);
	if (null >= 0)
		close(null);
	return kept;
}

void lineedit_unhush(int kept)
{
	if (kept < 0)
		return;
	dup2(kept, STDERR_FILENO);
	close(kept);
}

static int reread(int count, int key)
{
	int kept = lineedit_hush(), result = rl_re_read_init_file(count, key);

	lineedit_unhush(kept);
	lineedit_tame();
	return result;
}
