using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

public sealed class SampleInjectorTests
{
    [Theory]
    [InlineData("1.29.6", "1-29-6", "docker.io/istio", "1-29-6"), InlineData("1.30.3", "default", "registry.istio.io/release", "")]
    public void Values_tell_the_image_that_is_injected(string version, string revision, string hub, string asked)
    {
        using var values = JsonDocument.Parse(Injector(version, revision).Value("data", "values")!);
        var global = values.RootElement.GetProperty("global");
        Assert.Equal(
            (hub, version, "distroless", "proxyv2", asked),
            (global.GetProperty("hub").GetString(), global.GetProperty("tag").GetString(), global.GetProperty("variant").GetString(),
                global.GetProperty("proxy").GetProperty("image").GetString(), values.RootElement.GetProperty("revision").GetString()));
    }

    [Theory, InlineData("1.29.6", "1-29-6"), InlineData("1.30.3", "default")]
    public void The_values_of_the_install_are_JSON(string version, string revision)
    {
        var values = ConfigMap(version, revision, "values");
        foreach (var key in new[] { "merged-values", "original-values" })
        {
            using var json = JsonDocument.Parse(values.Value("data", key)!);
            Assert.Equal(version, json.RootElement.GetProperty("global").GetProperty("tag").GetString());
        }
    }

    [Fact]
    public void There_is_a_template_for_each_way_of_joining_the_mesh()
    {
        var templates = Templates("1.30.3", "1-30-3");
        string[] names = ["sidecar", "gateway", "grpc-simple", "grpc-agent", "waypoint", "kube-gateway"];
        Assert.Equal(names, templates.Keys, StringComparer.Ordinal);
        Assert.InRange(templates.Values.Sum(template => template.Count(c => c == '\n')), 400, 1500);
        Assert.All(templates.Values, template => Assert.Contains("1-30-3", template, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_block_of_a_template_is_closed()
    {
        foreach (var (name, template) in Templates("1.30.3", "default"))
        {
            var open = 0;
            foreach (var action in template.Split("{{").Skip(1).Select(text => text.TrimStart('-', ' ').Split(' ', '}')[0]))
            {
                open += action switch { "if" or "range" or "with" or "define" => 1, "end" => -1, _ => 0 };
                Assert.True(open >= 0, name);
            }
            Assert.True(open == 0, name);
        }
    }

    [Fact]
    public void The_traps_of_the_official_stream_are_there()
    {
        var injector = Injector("1.30.3", "1-30-3");
        Assert.Equal(8, injector.Text.Split('\n').Count(line => line.Length > 3 && line.Trim() == "---"));
        Assert.Contains(injector.Text, c => !char.IsAscii(c));
        var stream = RenderedRelease.Of("1.30.3", "1-30-3").Text;
        Assert.Contains("\n  annotations: null\n", stream, StringComparison.Ordinal);
        Assert.Contains("\n    -----BEGIN CERTIFICATE-----\n", stream, StringComparison.Ordinal);
    }

    private static RenderedObject Injector(string version, string revision) => ConfigMap(version, revision, "istio-sidecar-injector");

    private static RenderedObject ConfigMap(string version, string revision, string name) => RenderedRelease.Of(version, revision).Objects
        .Single(item => item.Kind == "ConfigMap" && item.Name.StartsWith(name, StringComparison.Ordinal));

    private static IReadOnlyDictionary<string, string> Templates(string version, string revision)
    {
        var config = new YamlStream();
        config.Load(new StringReader(Injector(version, revision).Value("data", "config")!));
        return RenderedObject.Strings(config.Documents.Single().RootNode["templates"]);
    }
}
