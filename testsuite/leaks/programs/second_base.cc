// SPDX-License-Identifier: MIT
/* An object that is known by its second base only. */
namespace
{
struct Reader {
	virtual ~Reader() = default;
	virtual int read()
	{
		return 0;
	}
	long position = 0;
};

struct Writer {
	virtual ~Writer() = default;
	virtual int write()
	{
		return 0;
	}
	long written = 0;
};

struct File : Reader, Writer {
	char *buffer = new char[100];
	~File() override
	{
		delete[] buffer;
	}
};

Writer *writer;
} // namespace

int main()
{
	writer = new File;
	return writer->write();
}
