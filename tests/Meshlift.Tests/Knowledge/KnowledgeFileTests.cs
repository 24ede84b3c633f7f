using System.Collections.Immutable;
using System.Text;
using FsCheck.Fluent;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Knowledge;

/// <summary>The file that knowledge stands in.</summary>
public sealed class KnowledgeFileTests
{
    private static readonly string BuiltIn = File.ReadAllText(Path.Combine(Vectors.Root, "src/Meshlift.Core/Knowledge/versions.json"));

    [Fact]
    public void The_file_that_is_built_in_is_as_it_is_printed_and_as_its_schema_says()
    {
        Assert.Equal(BuiltIn, KnowledgeWriter.Write(ReleaseKnowledge.BuiltIn));
        PublishedSchema.AssertFits("knowledge", BuiltIn);
    }

    [Fact]
    public void What_is_written_is_read_back() => Prop.ForAll(Knowledge().ToArbitrary(), known =>
    {
        var written = KnowledgeWriter.Write(known);
        return KnowledgeWriter.Write(ReleaseKnowledge.Read(Encoding.UTF8.GetBytes(written))) == written;
    }).Holds();

    [Fact]
    public void A_file_that_was_cut_off_is_refused_wherever_that_was() => Prop.ForAll(
        Gen.Choose(0, Encoding.UTF8.GetByteCount(BuiltIn) - 3).ToArbitrary(),
        length => Assert.Throws<FormatException>(() => ReleaseKnowledge.Read(Encoding.UTF8.GetBytes(BuiltIn).AsMemory(0, length))) is not null).Holds(tests: 50);

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "format: 2 is not 1")]
    [InlineData("\"format\": 1", "\"format\": 1, \"format\": 1", "Duplicate")]
    [InlineData("\"asOf\": \"2026-10-01\"", "\"asOf\": \"2026-13-01\"", "asOf: a day")]
    [InlineData("\"cvss\": \"6.8\"", "\"cvss\": 6.8", "bulletins[0].cvss: a text is needed")]
    [InlineData("\"cvss\": \"6.8\"", "\"cvss\": \"6.8\\n\"", "bulletins[0].cvss: a text of one line")]
    [InlineData("\"cvss\": \"6.8\"", "\"cvss\": \"\\ud800\"", "")]
    [InlineData("ISTIO-SECURITY-2022-002\"", "ISTIO-SECURITY-2022-001\"", "bulletins: ISTIO-SECURITY-2022-001 stands there twice")]
    [InlineData("\"affected\": [", "\"afected\": [", "bulletins[0]: 'affected' is missing")]
    [InlineData("\">=1.12.0 <1.12.2\"", "\"^1.12\"", "pairs[0].controlPlane: ")]
    [InlineData("\"sidecar\"", "\"pod\"", "pairs[0].kinds[0]: one of sidecar, gateway, waypoint, ztunnel is needed")]
    [InlineData("\"1.29.0\": \"2026-02-11\"", "\"1.29\": \"2026-02-11\"", "patches.days.1.29: a version")]
    [InlineData("\"minor\": \"1.25\"", "\"minor\": \"1.26\"", "minors: 1.26 does not follow 1.24")]
    [InlineData("\"byCompatibilityVersion\": true", "\"byCompatibilityVersion\": \"yes\"", "flips[0].byCompatibilityVersion: true or false")]
    public void A_file_of_another_form_is_refused_with_the_place(string old, string replacement, string message)
    {
        var at = BuiltIn.IndexOf(old, StringComparison.Ordinal);
        var text = $"{BuiltIn[..at]}{replacement}{BuiltIn[(at + old.Length)..]}";
        Assert.Contains(message, Assert.Throws<FormatException>(() => ReleaseKnowledge.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_file_with_more_keys_is_read_and_its_schema_marks_them()
    {
        var text = BuiltIn.Replace("\"cvss\"", "\"epss\": 0.1, \"cvss\"", StringComparison.Ordinal);
        Assert.Equal(BuiltIn, KnowledgeWriter.Write(ReleaseKnowledge.Read(Encoding.UTF8.GetBytes("\uFEFF" + text))));
        Assert.NotEmpty(new JsonSchemaValidator(PublishedSchema.Read("knowledge")).Validate(YamlReader.Read(Encoding.UTF8.GetBytes(text))!));
    }

    private static FsCheck.Gen<ReleaseKnowledge> Knowledge()
    {
        var text = Gen.Elements("a", "\"", "\\", "é", "🜁", " ", "<1.2.3", "1.29.0 to 1.29.6", "null", "</script>").NonEmptyListOf().Select(string.Concat);
        var day = Gen.Choose(1, 700_000).Select(DateOnly.FromDayNumber);
        var minor = Gen.Choose(0, 99);
        var range = Gen.Elements(">=1.30.0 <1.30.2", "<1.29.2", "*", "~1.29 || 1.31.0-rc.0").Select(VersionRange.Parse);
        var bulletin = from published in day from score in text from affected in text.ListOf() from source in text select new Bulletin("", published, score, [.. affected], source);
        var pair = from control in range from data in range from kinds in Gen.SubListOf(Enum.GetValues<ProxyKind>()) from when in text.OrNull() from effect in text
                   select new KnownPair("", control, data, kinds.Count == 0 ? [ProxyKind.Sidecar] : [.. kinds], when, effect, effect, effect);
        var flip = from since in minor from what in text from setting in text.OrNull() from isCovered in Gen.Elements(true, false) from hasEnd in Gen.Elements(true, false)
                   select new BehaviourFlip(since, what, setting, setting, isCovered, hasEnd ? since + 2 : null, what);
        return from asOf in day from first in minor from count in Gen.Choose(1, 4) from about in Gen.Elements(true, false) from words in text
               from bulletins in bulletin.ListOf() from pairs in pair.ListOf() from flips in flip.ListOf() from patches in Gen.Choose(0, 20).ListOf()
               select new ReleaseKnowledge(asOf, [.. Enumerable.Range(first, count).Select(number => new KnownMinor(number, asOf, about ? asOf : null, about, new KubernetesRange(number, number + 3), about ? number : null, about ? words : null, words))])
               {
                   Policy = words,
                   TaggedSource = words,
                   TaggedOn = patches.Distinct().ToImmutableSortedDictionary(patch => IstioVersion.Parse($"1.30.{patch}"), _ => asOf),
                   Bulletins = [.. bulletins.Select((one, i) => one with { Id = $"B{i}" })],
                   NeverInstall = [.. patches.Distinct().Select(patch => new UnusableRelease(IstioVersion.Parse($"1.1.{patch}"), words, words))],
                   Pairs = [.. pairs.Select((one, i) => one with { Id = $"P{i}" })],
                   Cautions = [.. flips.Select((one, i) => new Caution($"C{i}", one.Since, words, words, words, words))],
                   Flips = [.. flips],
                   Hosts = new RetiredPlaces([.. flips.Select((_, i) => new RetiredHost($"h{i}.example.com", words, words, words))]),
               };
    }
}
