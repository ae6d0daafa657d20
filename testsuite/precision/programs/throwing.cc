// SPDX-License-Identifier: MIT
/*
 * Constructors that throw halfway, rollback, an intrusive pointer, a buffer with its own growth.
 * style: C++17 exceptions in constructors, intrusive_ptr, small vector
 * flags: -std=c++17
 */
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <utility>

template <typename T> class Ref
{
      public:
	explicit Ref(T *object = nullptr) : object_(object)
	{
		if (object_)
			object_->references++;
	}
	Ref(const Ref &other) : Ref(other.object_)
	{
	}
	Ref(Ref &&other) noexcept : object_(std::exchange(other.object_, nullptr))
	{
	}
	~Ref()
	{
		if (object_ && --object_->references == 0)
			delete object_;
	}
	T *operator->() const
	{
		return object_;
	}

      private:
	T *object_;
};

struct Image {
	int references = 0;
	int width, height;
	unsigned char *pixels;

	// bytes: 5*100; count: 5; type: unsigned char[]
	Image(int w, int h) : width(w), height(h), pixels(new unsigned char[std::size_t(w * h)]())
	{
	}
	~Image()
	{
		delete[] pixels;
	}
};

struct Failure {
	int code;
	char text[60];
};

class Device
{
      public:
	explicit Device(int id)
	    : buffer_(new char[256]),   // bytes: 4*256; count: 4; type: char[]
	      image_(new Image(10, 10)) // bytes: 4*24; count: 4; type: Image
	{
		if (id >= 2)
			throw Failure{id, "no such device"}; // bytes: any; count: 2
		std::memset(buffer_.get(), id, 256);
	}
	int sum() const
	{
		return buffer_[255] + image_->pixels[99];
	}

      private:
	std::unique_ptr<char[]> buffer_;
	Ref<Image> image_;
};

template <typename T, std::size_t N> class SmallVector
{
      public:
	SmallVector(std::initializer_list<T> items)
	{
		for (const T &item : items)
			push_back(item);
	}
	SmallVector(const SmallVector &) = delete;
	SmallVector &operator=(const SmallVector &) = delete;
	~SmallVector()
	{
		for (std::size_t i = 0; i < n_; i++)
			items_[i].~T();
		if (items_ != inside())
			::operator delete(items_);
	}
	void push_back(const T &item)
	{
		if (n_ == room_)
			grow();
		new (items_ + n_++) T(item);
	}
	std::size_t size() const
	{
		return n_;
	}
	const T &operator[](std::size_t i) const
	{
		return items_[i];
	}

      private:
	T *inside()
	{
		return reinterpret_cast<T *>(room_inside_);
	}
	void grow()
	{
		// bytes: 8*(8+16+32+64); count: 4; type: double[]; name: grow
		T *items = static_cast<T *>(::operator new(2 * room_ * sizeof(T)));

		for (std::size_t i = 0; i < n_; i++) {
			new (items + i) T(std::move(items_[i]));
			items_[i].~T();
		}
		if (items_ != inside())
			::operator delete(items_);
		items_ = items;
		room_ *= 2;
	}

	alignas(T) unsigned char room_inside_[N * sizeof(T)];
	T *items_ = inside();
	std::size_t n_ = 0, room_ = N;
};

int main()
{
	SmallVector<double, 4> numbers{1, 2, 3};
	Ref<Image> shared(new Image(10, 10)); // bytes: 24; count: 1; type: Image
	int caught = 0, sum = 0;

	for (int i = 0; i < 30; i++)
		numbers.push_back(i); // or: grow
	for (int i = 0; i < 4; i++) {
		try {
			auto device = std::make_unique<Device>(i); // bytes: 4*16; count: 4; type: Device
			Ref<Image> also = shared;

			sum += device->sum() + also->references;
		} catch (const Failure &failure) {
			caught += failure.code;
		}
	}
	return caught == 5 && sum == 0 + 1 + 2 + 2 && numbers.size() == 33 && numbers[32] == 29 ? 0 : 1;
}
