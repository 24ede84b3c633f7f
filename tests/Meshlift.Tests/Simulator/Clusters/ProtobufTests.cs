using System.Text;
using FsCheck.Fluent;
using Meshlift.Simulator.Clusters.Protobuf;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>Bodies as kubectl sends them by itself.</summary>
public sealed class ProtobufTests
{
    [Fact]
    public void A_field_that_is_not_described_is_not_dropped()
    {
        Assert.Equal("""{"metadata":{"name":"a"},"apiVersion":"v1","kind":"Namespace"}""", ProtobufBody.Parse(Body("v1", "Namespace", Field(1, Field(1, "a"u8))))!.ToJsonString());
        Assert.Null(ProtobufBody.Parse(Body("v1", "Namespace", [.. Field(1, Field(1, "a"u8)), .. Field(15, "x"u8)])));
        Assert.Null(ProtobufBody.Parse(Body("networking.k8s.io/v1", "Ingress", Field(1, Field(1, "a"u8)))));
        Assert.Null(ProtobufBody.Parse(Body("v1", "Nothing", [])));
    }

    [Fact]
    public void What_is_no_message_is_refused_and_nothing_else_happens() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        try
        {
            ProtobufBody.Parse(Body("v1", "ConfigMap", bytes));
            ProtobufBody.Parse([.. "k8s\0"u8, .. bytes]);
            return true;
        }
        catch (FormatException)
        {
            return true;
        }
    }).Holds(tests: 500);

    [Fact]
    public void Numbers_are_of_fields_that_there_are()
    {
        using var stream = typeof(ProtobufBody).Assembly.GetManifestResourceStream("protobuf/numbers")!;
        foreach (var line in new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, rest) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (name is "meta.v1.DeleteOptions" or "meta.v1.Preconditions") continue;
            var type = TypeDescriptions.BuiltIn.Types.Single(known => known.Key.EndsWith("." + name, StringComparison.Ordinal)).Value;
            Assert.All(rest.Chunk(2), pair => Assert.Contains(pair[0], type.Fields.Keys));
            Assert.Equal(rest.Length / 2, rest.Chunk(2).Select(pair => pair[1]).Distinct(StringComparer.Ordinal).Count());
        }
    }

    private static byte[] Body(string apiVersion, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Field(1, [.. Field(1, Encoding.UTF8.GetBytes(apiVersion)), .. Field(2, Encoding.UTF8.GetBytes(kind))]), .. Field(2, raw)];

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [(byte)((number << 3) | 2), (byte)((bytes.Length & 0x7f) | 0x80), (byte)(bytes.Length >> 7), .. bytes];
}
