using System.Buffers.Binary;

namespace Meshlift.Simulator.Clusters.Protobuf;

/// <summary>Reads the fields of a protocol buffers message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field.</summary>
    public int Number { get; private set; }

    /// <summary>The value of a number.</summary>
    public ulong Value { get; private set; }

    /// <summary>The bytes of a text or of a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <exception cref="FormatException">It is no message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        var tag = Varint();
        Number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                Value = Varint();
                return true;
            case 1:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                return true;
            case 2:
                var length = Varint();
                Bytes = length <= (ulong)_rest.Length ? Take((int)length) : throw new FormatException("a field is longer than its message");
                return true;
            case 5:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                return true;
            default:
                throw new FormatException("a field has no known form");
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
        throw new FormatException("a number has no end");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new FormatException("the message is cut off");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
