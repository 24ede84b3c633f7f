using System.Text;
using Meshlift.Core.Patching;
using Meshlift.Yaml;

namespace Meshlift.Tests.Patching;

public sealed class ChangedPlacesTests
{
    [Theory]
    [InlineData("a: 1\nb: 2\n", "b: 2\na: 1\n", "")]
    [InlineData("a: 1\n", "a: 2\nb: { c: 1 }\n", "a changed, b added")]
    [InlineData("a: { b: 1, c: 1 }\n", "a: { b: 1 }\n", "a.c removed")]
    [InlineData("args: [a, b, c]\n", "args: [a, x, c]\n", "args[1] changed")]
    [InlineData("args: [a, b]\n", "args: [a, b, c]\n", "args changed, a list of 3 that was one of 2")]
    [InlineData("env: [{ name: A, value: 1 }, { name: B }]\n", "env: [{ name: A, value: 2 }, { name: C }]\n", "env[name=A].value changed, env[name=B] removed, env[name=C] added")]
    [InlineData("env: [{ name: A }, { name: B }]\n", "env: [{ name: B }, { name: A }]\n", "env reordered")]
    [InlineData("text: |\n  a\n  b\n", "text: |\n  a\n  c\n  d\n", "text changed, a text of 3 lines")]
    [InlineData("metadata: { labels: { istio.io/rev: a } }\n", "metadata: { labels: { istio.io/rev: b } }\n", "metadata.labels[\"istio.io/rev\"] changed")]
    public void Places_are_named_and_values_are_not(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join(", ", ChangedPlaces.Between(Read(before), Read(after))));

    private static YamlMapping Read(string text) => (YamlMapping)YamlReader.Read(Encoding.UTF8.GetBytes(text))!;
}
