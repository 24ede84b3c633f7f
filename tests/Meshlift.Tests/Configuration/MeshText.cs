using System.Text;
using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.Tests.Configuration;

/// <summary>Reads configurations from text.</summary>
internal static class MeshText
{
    /// <summary>The smallest one that is valid.</summary>
    public const string Smallest = """
        apiVersion: meshlift.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec:
          istio:
            versions: "1.30.*"
          layout: { engine: flux }
          environments:
            - name: testing
              clusters: [{ name: testing, path: clusters/testing }]

        """;

    public static Mesh Read(string text) => MeshFile.Read(Encoding.UTF8.GetBytes(text), "meshlift.yaml");

    /// <summary>What is wrong with a text, a line for each; fails when nothing is.</summary>
    public static string[] Errors(string text)
    {
        var failure = Assert.Throws<UserException>(() => Read(text));
        Assert.Equal(ErrorKind.Input, failure.Kind);
        Assert.NotEmpty(failure.Remedy);
        return failure.Message.Split('\n');
    }

    /// <summary>The smallest configuration, with lines replaced, or added to <c>spec</c>.</summary>
    public static string With(string more) => Smallest + string.Join('\n', more.Split('\n').Select(line => "  " + line)) + "\n";
}
