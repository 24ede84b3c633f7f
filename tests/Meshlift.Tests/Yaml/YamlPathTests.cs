using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>The written form of paths.</summary>
public sealed class YamlPathTests
{
    [Fact]
    public void A_path_is_parsed_into_its_steps() => Assert.Equal(
        [
            new YamlPathStep.Key("spec"), new YamlPathStep.Key("containers"), new YamlPathStep.Match("name", "discovery"), new YamlPathStep.Key("env"), new YamlPathStep.Index(0), new YamlPathStep.Every(),
            new YamlPathStep.Key("istio.io/rev"), new YamlPathStep.Key("it's"), new YamlPathStep.Match("a.b", "x]y"), new YamlPathStep.Match("c", ""), new YamlPathStep.Key("d"),
        ],
        YamlPath.Parse("spec.containers[name=discovery].env[0][*][\"istio.io/rev\"]['it\\'s'][\"a.b\"='x]y'][c=].d").Steps.ToArray());

    [Theory]
    [InlineData("metadata.annotations[\"istio.io/rev\"]")]
    [InlineData("spec.containers[name=discovery].env[0]")]
    [InlineData("[*].a")]
    [InlineData("[\"\"][0]")]
    public void What_is_written_in_short_form_stays_as_it_is(string text) => Assert.Equal(text, YamlPath.Parse(text).ToString());

    [Fact]
    public void Every_path_is_read_back_from_its_written_form()
    {
        var name = Gen.OneOf(MessyYaml.NastyString, Gen.Elements("]", "[", "=", "a=b", "*", "0", "\\", "\"", "'", ".", " a ", "a.b[c]"));
        var step = Gen.OneOf(
            name.Select(key => (YamlPathStep)new YamlPathStep.Key(key)),
            Gen.Choose(0, 1 << 30).Select(index => (YamlPathStep)new YamlPathStep.Index(index)),
            from field in name from value in name select (YamlPathStep)new YamlPathStep.Match(field, value),
            Gen.Constant((YamlPathStep)new YamlPathStep.Every()));
        Prop.ForAll(step.NonEmptyListOf().ToArbitrary(), steps => Assert.Equal(steps, YamlPath.Parse(YamlPath.Of(steps.ToArray()).ToString()).Steps)).Holds(2000);
    }

    [Theory]
    [InlineData("", "'' is not a path: a key is expected at character 1")]
    [InlineData(".a", "'.a' is not a path: a key is expected at character 1")]
    [InlineData("a.", "'a.' is not a path: a key is expected at character 3")]
    [InlineData("a..b", "'a..b' is not a path: a key is expected at character 3")]
    [InlineData("a[0]b", "'a[0]b' is not a path: '.' or '[' is expected at character 5")]
    [InlineData("a[", "'a[' is not a path: ']' is expected at character 3")]
    [InlineData("a[x]", "'a[x]' is not a path: an index, '*', a quoted key, or field=value is expected at character 3")]
    [InlineData("a[-1]", "'a[-1]' is not a path: an index, '*', a quoted key, or field=value is expected at character 3")]
    [InlineData("a[99999999999]", "'a[99999999999]' is not a path: an index, '*', a quoted key, or field=value is expected at character 3")]
    [InlineData("a[=x]", "'a[=x]' is not a path: a field name is expected at character 3")]
    [InlineData("a[b=x", "'a[b=x' is not a path: ']' is expected at character 6")]
    [InlineData("a[\"b]", "'a[\"b]' is not a path: a closing quote is expected at character 6")]
    [InlineData("a['b'c]", "'a['b'c]' is not a path: ']' is expected at character 6")]
    public void What_is_no_path_is_refused_with_the_character(string text, string message) => Assert.Equal(message, Assert.Throws<FormatException>(() => YamlPath.Parse(text)).Message);

    [Fact]
    public void A_path_has_a_step() => Assert.Throws<ArgumentException>(() => YamlPath.Of());
}
