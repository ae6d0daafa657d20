// SPDX-License-Identifier: MIT
/* A callback that captured its owner's shared_ptr, stored in the owner. */
#include <functional>
#include <memory>

namespace
{
struct Button {
	std::function<void()> on_click;
	int clicks = 0;
};

std::shared_ptr<Button> button;

void connect(const std::shared_ptr<Button> &target)
{
	target->on_click = [target] { target->clicks++; };
}
} // namespace

int main()
{
	button = std::make_shared<Button>();
	connect(button);
	button->on_click();
	button.reset();
	return 0;
}
