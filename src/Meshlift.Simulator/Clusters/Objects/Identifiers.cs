using System.Buffers.Binary;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Makes uids, generated names and addresses: random to the eye, the same for the same seed and the same sequence of writes.</summary>
internal sealed class Identifiers(int seed)
{
    // Without vowels and look-alikes, so that no word is made (k8s.io/apimachinery, pkg/util/rand).
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";
    private readonly Random _random = new(seed);

    public string Uid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>A name from <c>metadata.generateName</c>.</summary>
    public string Name(string start) => (start.Length > 58 ? start[..58] : start) + Suffix(5);

    public string Suffix(int length) => string.Create(length, _random, (span, random) =>
    {
        foreach (ref var letter in span) letter = Letters[random.Next(Letters.Length)];
    });

    /// <summary>A number below a limit.</summary>
    public int Number(int limit) => _random.Next(limit);

    /// <summary>The IPv4 address that lies so far behind the start of a range.</summary>
    public static string Address(string start, uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Net.IPAddress.Parse(start).TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + offset);
        return new System.Net.IPAddress(bytes).ToString();
    }
}
