using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>Reads hosts out of Istio's own objects.</summary>
internal static class RouteNotes
{
    public static IEnumerable<Note> Of(ResourceIdentity identity, SourcePosition at, YamlMapping? spec)
    {
        switch (identity.Kind)
        {
            case "VirtualService":
                var destinations = ImmutableArray.CreateBuilder<Destination>();
                foreach (var protocol in (string[])["http", "tcp", "tls"])
                    Add(destinations, spec?[protocol] as YamlSequence, $"spec.{protocol}");
                return [new RoutesNote(identity, at, destinations.DrainToImmutable())];
            case "DestinationRule" when spec is not null && spec["host"] is YamlScalar { AsString: { } host } place:
                return [new HostRuleNote(identity, place.Span?.Start ?? at, host, [.. ((spec["subsets"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>().Select(subset => NoteReader.Text(subset, "name")).OfType<string>()])];
            case "ServiceEntry":
                return [new EntriesNote(identity, at, [.. ((spec?["hosts"] as YamlSequence)?.Items ?? []).OfType<YamlScalar>().Select(host => host.Value)])];
            default:
                return [];
        }
    }

    private static void Add(ImmutableArray<Destination>.Builder destinations, YamlSequence? routes, string path)
    {
        for (var i = 0; i < (routes?.Items.Length ?? 0); i++)
        {
            if (routes!.Items[i] is not YamlMapping route) continue;
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            AddOne(destinations, route["mirror"], $"{at}.mirror");
            foreach (var list in (string[])["route", "mirrors"])
                for (var j = 0; j < ((route[list] as YamlSequence)?.Items.Length ?? 0); j++)
                    AddOne(destinations, (((YamlSequence)route[list]!).Items[j] as YamlMapping)?["destination"], string.Create(CultureInfo.InvariantCulture, $"{at}.{list}[{j}].destination"));
        }
    }

    private static void AddOne(ImmutableArray<Destination>.Builder destinations, YamlNode? node, string path)
    {
        if (node is not YamlMapping destination || destination["host"] is not YamlScalar { AsString: { Length: > 0 } host } at) return;
        var subset = destination["subset"] as YamlScalar;
        var place = at.Span?.Start ?? new SourcePosition(0, 1, 1);
        destinations.Add(new Destination(host, subset?.AsString ?? "", place, subset?.Span?.Start ?? place, path));
    }
}
