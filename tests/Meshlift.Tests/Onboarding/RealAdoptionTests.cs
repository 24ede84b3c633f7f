using System.Text;
using Meshlift.Core.Manifests;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Onboarding;

/// <summary>Repositories that hold what a real renderer printed: all of it is seen to be Istio's, and comes out as it went in.</summary>
public sealed class RealAdoptionTests
{
    public static TheoryData<string, string> Streams()
    {
        var data = new TheoryData<string, string>();
        string[] engines = ["plain", "flux", "helmfile", "argocd"];
        var count = 0;
        foreach (var file in RealStreamTests.Streams().Cast<object[]>().Select(row => (string)row[0]).Where(file => file.StartsWith("manifests/", StringComparison.Ordinal) && !file.Contains("/helm", StringComparison.Ordinal)))
            if (Encoding.UTF8.GetString(MeshCheckout.ReadStream(file)).Contains("\nkind: Deployment\nmetadata:\n", StringComparison.Ordinal)) data.Add(file, engines[count++ % engines.Length]);
        return data;
    }

    [IstioDataTheory, MemberData(nameof(Streams))]
    public async Task All_of_a_real_stream_is_adopted(string file, string engine)
    {
        var stream = MeshCheckout.ReadStream(file);
        var standing = ManifestStream.Split(stream, file);
        if (!standing.Any(resource => resource.Identity.Kind == "Deployment" && resource.Identity.Name.StartsWith("istiod", StringComparison.Ordinal))) return;
        using var repository = new FoundRepository();
        repository.Write("clusters/eu/istio-system/all.yaml", Encoding.UTF8.GetString(stream));
        await repository.TrackAsync();
        var init = await repository.InitJsonAsync(["--engine", engine, .. engine == "argocd" ? (string[])["--repository", "https://git.example.com/shop/platform.git"] : []]);
        Assert.Equal(file.Split('/')[1], Assert.Single(init.GetProperty("standing").EnumerateArray()).GetProperty("version").GetString());
        Assert.Empty(init.GetProperty("mixed").EnumerateArray());
        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "eu", "clusters/eu/istio-system", standing);
    }
}
